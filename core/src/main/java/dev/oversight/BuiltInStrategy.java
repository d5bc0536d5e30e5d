package dev.oversight;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The three strategies of OTP, and one more. The engine knows them by identity and spares itself the list; what
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
    },
    REST_FOR_DEPENDENTS {
        @Override
        public Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder) {
            Set<String> ids = new HashSet<>();
            failed.id().ifPresent(ids::add);
            boolean grows = true;
            while (grows) {
                grows = false;
                for (ChildSpec child : startOrder) {
                    boolean depends = child.dependencies().stream()
                            .map(Dependency::id)
                            .anyMatch(ids::contains);
                    grows |= depends && child.id().map(ids::add).orElse(false);
                }
            }
            return startOrder.stream()
                    .filter(child -> child.id().map(ids::contains).orElse(false))
                    .toList();
        }
    }
}
