package dev.oversight;

import java.util.Collection;
import java.util.List;

/**
 * The three strategies of OTP. The engine knows them by identity and spares itself the list; what
 * they say here is the definition it is tested against.
 */
enum BuiltInStrategy implements Strategy {
    ONE_FOR_ONE {
        @Override
        public Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder) {
            return List.of(failed);
        }
    },
    ONE_FOR_ALL {
        @Override
        public Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder) {
            return startOrder;
        }
    },
    REST_FOR_ONE {
        @Override
        public Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder) {
            return startOrder.subList(startOrder.indexOf(failed), startOrder.size());
        }
    }
}
