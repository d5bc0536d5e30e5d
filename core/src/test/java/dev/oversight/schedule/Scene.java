package dev.oversight.schedule;

/** A race between a handful of threads, and what must hold however it comes out. */
interface Scene {
    /** What a thread of a scene does. */
    interface Body {
        void run() throws Exception;
    }

    /** Called in a thread of the schedule. */
    void play(SeededScheduler schedule) throws Exception;
}
