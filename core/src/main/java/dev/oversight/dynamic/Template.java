package dev.oversight.dynamic;

import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.InvalidSpecException;
import dev.oversight.internal.Member;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What the instances of a dynamic supervisor have in common. Immutable. */
abstract class Template<A> {
    /** What one of them is made from. */
    abstract ChildSpec child(A argument, Member member);

    /** The same under further rules. */
    abstract Template<A> with(UnaryOperator<ChildSpec> more);

    /** Whether what it makes is known to be right. */
    abstract boolean isChecked();

    /** One body for all, so the rules are set, checked and kept in memory once. */
    static final class OneBody<A> extends Template<A> {
        private final InstanceBody<A> body;
        private final ChildSpec rules;

        /** What is done to each instance, because it changes the body; null if nothing is. */
        private final @Nullable UnaryOperator<ChildSpec> each;

        OneBody(InstanceBody<A> body) {
            this(
                    Objects.requireNonNull(body, "body"),
                    ChildSpec.of(self -> {
                        throw new IllegalStateException("the rules of a template do not run");
                    }),
                    null);
        }

        private OneBody(
                InstanceBody<A> body, ChildSpec rules, @Nullable UnaryOperator<ChildSpec> each) {
            this.body = body;
            this.rules = rules;
            this.each = each;
        }

        /** An instance without its body, to be checked. */
        ChildSpec specimen() {
            return each == null ? rules : each.apply(rules);
        }

        @Override
        ChildSpec child(A argument, Member member) {
            ChildSpec child = rules.body(self -> run(member, self));
            return each == null ? child : each.apply(child);
        }

        /** The argument is the member's to keep, which lets go of it when the instance has ended. */
        @SuppressWarnings("unchecked") // DynamicSupervisor<A> made the member, and with an A
        private void run(Member member, ChildContext self) throws Exception {
            Object argument = member.argument();
            if (argument != null) { // else it was given up before its thread came to this point
                body.run((A) argument, self);
            }
        }

        @Override
        Template<A> with(UnaryOperator<ChildSpec> more) {
            ChildSpec changed = more.apply(specimen());
            if (changed.id().isPresent()) {
                throw InvalidSpecException.of(
                        "instances.id",
                        '"' + changed.id().get() + '"',
                        "none, because every instance has another",
                        "name them with ids(argument -> ...)");
            }
            if (each == null && changed.body().equals(rules.body())) {
                return new OneBody<>(body, changed, null);
            }
            UnaryOperator<ChildSpec> before = each == null ? child -> child : each;
            return new OneBody<>(body, rules, child -> more.apply(before.apply(child)));
        }

        @Override
        boolean isChecked() {
            return true;
        }
    }

    /** A description for each. */
    static final class Described<A> extends Template<A> {
        private final Function<? super A, ChildSpec> description;
        private final UnaryOperator<ChildSpec> rules;

        Described(Function<? super A, ChildSpec> description) {
            this(description, child -> child);
        }

        private Described(
                Function<? super A, ChildSpec> description, UnaryOperator<ChildSpec> rules) {
            this.description = Objects.requireNonNull(description, "description");
            this.rules = rules;
        }

        @Override
        ChildSpec child(A argument, Member member) {
            return rules.apply(Objects.requireNonNull(
                    description.apply(argument), "the description of an instance is null"));
        }

        @Override
        Template<A> with(UnaryOperator<ChildSpec> more) {
            Objects.requireNonNull(more, "more");
            return new Described<>(description, child -> more.apply(rules.apply(child)));
        }

        @Override
        boolean isChecked() {
            return false;
        }
    }
}
