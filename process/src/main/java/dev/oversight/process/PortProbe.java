package dev.oversight.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether something on this machine accepts TCP connections. */
final class PortProbe {
    private static final int LIMIT_MILLIS = 500;

    /** Some programs listen on "localhost" and get IPv6 only. */
    private static final byte[][] LOOPBACKS = {
        {127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
    };

    private PortProbe() {}

    static boolean accepts(int port) {
        for (byte[] address : LOOPBACKS) {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(InetAddress.getByAddress(address), port),
                        LIMIT_MILLIS);
                // A free port can be given to this very socket, which then connects to itself
                if (socket.getLocalPort() != port) {
                    return true;
                }
            } catch (IOException e) {
                // refused, or no such protocol: not this one
            }
        }
        return false;
    }
}
