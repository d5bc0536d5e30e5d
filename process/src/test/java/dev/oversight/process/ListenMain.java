package dev.oversight.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A program that listens: on an address and a port. */
final class ListenMain {
    private ListenMain() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(args[1]), 5, InetAddress.getByName(args[0]))) {
            while (true) {
                server.accept().close();
            }
        }
    }
}
