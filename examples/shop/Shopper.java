import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Random;

/** Orders something from the API, two or three times a second. */
public class Shopper {
    private static final String[] ITEMS = {
        "tea", "teapot", "cup", "saucer", "spoon", "honey", "biscuits"
    };

    public static void main(String[] args) throws Exception {
        String api = "http://127.0.0.1:" + System.getenv("API_PORT") + "/order?";
        Random random = new Random();
        for (int ordered = 0; ; ) {
            String item = ITEMS[random.nextInt(ITEMS.length)];
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(api + item).toURL().openConnection();
                connection.setConnectTimeout(1000);
                connection.setReadTimeout(1000);
                int status = connection.getResponseCode();
                if (status != 201) {
                    System.err.println("the shop answers " + status);
                } else if (++ordered % 10 == 0) {
                    System.out.println(ordered + " things ordered, now waiting for the " + item);
                }
            } catch (IOException e) {
                System.err.println("the shop does not answer: " + e.getMessage());
            }
            Thread.sleep(300 + random.nextInt(200));
        }
    }
}
