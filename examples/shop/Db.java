import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Named queues in memory. A connection is one command: "push QUEUE TEXT" or "pop QUEUE". */
public class Db {
    private static final int JOURNAL = 160;

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv("DB_PORT"));
        Map<String, Queue<String>> queues = new HashMap<>();
        int written = 0;
        try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"))) {
            System.out.println("open on port " + port);
            while (true) {
                try (Socket client = server.accept();
                        BufferedReader in =
                                new BufferedReader(new InputStreamReader(client.getInputStream()));
                        PrintWriter out = new PrintWriter(client.getOutputStream(), true)) {
                    client.setSoTimeout(1000);
                    String line = in.readLine();
                    if (line == null) {
                        continue; // only looked whether the port is open
                    }
                    String[] words = line.split(" ", 3);
                    Queue<String> queue =
                            queues.computeIfAbsent(words[1], name -> new ArrayDeque<>());
                    if (words[0].equals("push")) {
                        queue.add(words[2]);
                        out.println("ok");
                        if (++written == JOURNAL) {
                            System.err.println("the journal is full");
                            System.exit(4);
                        }
                        if (written % 40 == 0) {
                            System.out.println(written + " entries in the journal");
                        }
                    } else {
                        String text = queue.poll();
                        out.println(text == null ? "" : text);
                    }
                } catch (IOException e) {
                    System.err.println("a client went away: " + e.getMessage());
                }
            }
        }
    }
}
