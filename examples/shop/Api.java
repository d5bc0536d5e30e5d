import com.sun.net.httpserver.HttpServer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Takes orders by HTTP (GET /order?ITEM) and writes them to the database. */
public class Api {
    private static final int DB_PORT = Integer.parseInt(System.getenv("DB_PORT"));
    private static final int ENOUGH = 60;

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv("API_PORT"));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 50);
        int[] orders = new int[1];
        server.createContext("/order", exchange -> {
            int status = 201;
            try {
                db("push orders " + exchange.getRequestURI().getQuery());
            } catch (IOException e) {
                System.err.println("no database: " + e.getMessage());
                status = 503;
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            if (++orders[0] == ENOUGH) {
                System.err.println("out of file handles, giving up");
                System.exit(3);
            }
            if (orders[0] % 20 == 0) {
                System.out.println(orders[0] + " orders taken");
            }
        });
        server.start();
        System.out.println("listening on http://127.0.0.1:" + port);
    }

    private static String db(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), DB_PORT)) {
            new PrintWriter(socket.getOutputStream(), true).println(command);
            return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        }
    }
}
