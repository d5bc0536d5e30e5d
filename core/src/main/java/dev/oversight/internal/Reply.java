package dev.oversight.internal;

import dev.oversight.OversightException;

/**
 * Where the answer to a request goes. Called inside the loop: must neither block nor run user code. The
 * first answer counts; after a defect there may be a second.
 */
interface Reply<T> {
    void succeed(T value);

    void fail(OversightException problem);
}
