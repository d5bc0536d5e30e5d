import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Books what payments sends over one long connection: "begin ITEM", then "end ITEM". */
public class Ledger {
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv("LEDGER_PORT"));
        int booked = 0;
        try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"))) {
            System.out.println("books are open on port " + port);
            while (true) {
                String open = null;
                try (Socket client = server.accept();
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(client.getInputStream()))) {
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        open = line.startsWith("begin ") ? line.substring(6) : null;
                        if (open == null && ++booked % 10 == 0) {
                            System.out.println(booked + " bookings");
                        }
                    }
                } catch (IOException e) {
                    System.err.println("connection lost: " + e.getMessage());
                }
                if (open != null) {
                    // It cannot be known whether that was paid: only a fresh start for both helps.
                    System.err.println("half a booking is left: " + open);
                }
            }
        }
    }
}
