import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;

/** Takes orders from the database, books each in the ledger and asks for a mail. */
public class Payments {
    private static final int DB_PORT = Integer.parseInt(System.getenv("DB_PORT"));
    private static final int LEDGER_PORT = Integer.parseInt(System.getenv("LEDGER_PORT"));
    private static final int CURSED = 30;

    public static void main(String[] args) throws Exception {
        try (Socket ledger = new Socket(InetAddress.getByName("127.0.0.1"), LEDGER_PORT)) {
            PrintWriter books = new PrintWriter(ledger.getOutputStream(), true);
            System.out.println("taking payments");
            for (int paid = 0; ; ) {
                String order = db("pop orders");
                if (order == null || order.isEmpty()) {
                    Thread.sleep(200);
                    continue;
                }
                books.println("begin " + order);
                if (++paid == CURSED) {
                    System.err.println("the bank answered with nonsense");
                    System.exit(1);
                }
                books.println("end " + order);
                db("push mails " + order);
                Thread.sleep(400); // the bank takes its time
            }
        }
    }

    private static String db(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), DB_PORT)) {
            new PrintWriter(socket.getOutputStream(), true).println(command);
            return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        }
    }
}
