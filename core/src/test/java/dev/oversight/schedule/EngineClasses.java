package dev.oversight.schedule;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;

/** What the class files say about the fields and the ancestors of our classes. */
final class EngineClasses {
    /** A field, and the class that declares it. */
    record Field(String owner, String name, boolean isVolatile, boolean isFinal) {
        @Override
        public String toString() {
            return owner + '.' + name;
        }
    }

    private record Known(String above, Map<String, Field> fields) {}

    private static final String OURS = "dev/oversight/";

    private final ClassFile classFile;
    private final ClassLoader from;
    private final Map<String, Known> known = new HashMap<>();

    EngineClasses(ClassFile classFile, ClassLoader from) {
        this.classFile = classFile;
        this.from = from;
    }

    /** Of the class of that internal name; null if there is none. */
    byte[] bytes(String internalName) {
        try (InputStream file = from.getResourceAsStream(internalName + ".class")) {
            return file == null ? null : file.readAllBytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException(internalName, unreadable);
        }
    }

    /** As an instruction names it; null if it is none of ours. */
    Field field(String owner, String name) {
        for (String at = owner; at.startsWith(OURS); at = known(at).above) {
            Field field = known(at).fields.get(name);
            if (field != null) {
                return field;
            }
        }
        return null;
    }

    /** The first ancestor that is none of ours; itself if it is none. */
    String foreignAncestor(String owner) {
        String at = owner;
        while (at.startsWith(OURS)) {
            at = known(at).above;
        }
        return at;
    }

    private Known known(String owner) {
        return known.computeIfAbsent(owner, this::read);
    }

    private Known read(String owner) {
        byte[] bytes = bytes(owner);
        if (bytes == null) {
            return new Known("", Map.of());
        }
        ClassModel model = classFile.parse(bytes);
        Map<String, Field> fields = new HashMap<>();
        for (var field : model.fields()) {
            String name = field.fieldName().stringValue();
            fields.put(
                    name,
                    new Field(
                            owner,
                            name,
                            field.flags().has(AccessFlag.VOLATILE),
                            field.flags().has(AccessFlag.FINAL)));
        }
        return new Known(model.superclass().map(ClassEntry::asInternalName).orElse(""), fields);
    }
}
