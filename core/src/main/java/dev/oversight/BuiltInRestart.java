package dev.oversight;

/** The three rules of OTP. An enum, so that they print by name and compare by identity. */
enum BuiltInRestart implements Restart {
    PERMANENT,
    TRANSIENT,
    TEMPORARY;

    @Override
    public boolean shouldRestart(Exit exit) {
        return switch (this) {
            case PERMANENT -> true;
            case TRANSIENT -> !exit.isNormal();
            case TEMPORARY -> false;
        };
    }

    @Override
    public boolean keepsSpec() {
        return this != TEMPORARY;
    }
}
