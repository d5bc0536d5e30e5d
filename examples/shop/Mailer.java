import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;

/** Takes mails from the database and pretends to send them. */
public class Mailer {
    private static final int DB_PORT = Integer.parseInt(System.getenv("DB_PORT"));
    private static final int QUOTA = 40;

    public static void main(String[] args) throws Exception {
        System.out.println("ready to send");
        for (int sent = 0; ; ) {
            String mail = db("pop mails");
            if (mail == null || mail.isEmpty()) {
                Thread.sleep(200);
                continue;
            }
            if (++sent == QUOTA) {
                System.err.println("421 too many mails from this address");
                System.exit(75);
            }
            if (sent % 10 == 0) {
                System.out.println(sent + " mails sent, the last one about " + mail);
            }
            Thread.sleep(300);
        }
    }

    private static String db(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), DB_PORT)) {
            new PrintWriter(socket.getOutputStream(), true).println(command);
            return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        }
    }
}
