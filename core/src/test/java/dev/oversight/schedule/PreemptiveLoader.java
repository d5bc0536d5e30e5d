package dev.oversight.schedule;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads the engine once more and lets it call {@link Preemption#point} before each access to a volatile
 * field, after each write to one, and before each call of something that threads share. What threads do
 * between two such points is their own, or else a data race: that, and what a memory that is not
 * sequentially consistent may do, is for jcstress.
 */
final class PreemptiveLoader extends ClassLoader {
    private static final String OURS = "dev.oversight.";
    private static final String UNTOUCHED = "dev.oversight.schedule";
    private static final List<String> SHARED = List.of(
            "java/util/concurrent/",
            "java/lang/invoke/VarHandle",
            "java/util/Map",
            "java/util/NavigableMap",
            "java/util/Queue",
            "java/util/Set");

    private static final Set<String> OF_THREADS =
            Set.of("start", "interrupt", "interrupted", "isInterrupted");

    private static final ClassDesc HOOK = ClassDesc.of("dev.oversight.schedule.Preemption");

    private final ClassFile classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(PreemptiveLoader.class.getClassLoader())));
    private final Map<String, Set<String>> volatiles = new HashMap<>();

    PreemptiveLoader() {
        super(PreemptiveLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = bytes(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        byte[] made = isTouched(name) ? withPoints(bytes) : bytes;
        return defineClass(name, made, 0, made.length);
    }

    private static boolean isTouched(String name) {
        return !name.substring(0, name.lastIndexOf('.')).equals(UNTOUCHED);
    }

    private byte[] bytes(String internalName) {
        try (InputStream file = getParent().getResourceAsStream(internalName + ".class")) {
            return file == null ? null : file.readAllBytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException(internalName, unreadable);
        }
    }

    private byte[] withPoints(byte[] bytes) {
        return classFile.transformClass(
                classFile.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        PreemptiveLoader::isTouched, this::passWithPoint));
    }

    /** A class that is being initialised holds its thread, so nobody can be let on there. */
    private static boolean isTouched(MethodModel method) {
        return !method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME);
    }

    private void passWithPoint(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call && isComputation(call)) {
            code.invokestatic(
                    HOOK,
                    call.name().stringValue(),
                    call.typeSymbol().insertParameterTypes(0, ConstantDescs.CD_Map));
            return;
        }
        if (!isShared(element)) {
            code.with(element);
            return;
        }
        addPoint(code);
        code.with(element);
        if (element instanceof FieldInstruction write && write.opcode() == Opcode.PUTFIELD) {
            addPoint(code); // what is written late, after what should have published it
        }
    }

    private static void addPoint(CodeBuilder code) {
        code.invokestatic(HOOK, "point", MethodTypeDesc.of(ConstantDescs.CD_void));
    }

    private static boolean isComputation(InvokeInstruction call) {
        return call.owner().asInternalName().equals("java/util/Map")
                && call.name().stringValue().startsWith("compute");
    }

    private boolean isShared(CodeElement element) {
        return switch (element) {
            case FieldInstruction access ->
                volatilesOf(access.owner().asInternalName())
                        .contains(access.name().stringValue());
            case InvokeInstruction call -> isShared(call);
            default -> false;
        };
    }

    private static boolean isShared(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return SHARED.stream().anyMatch(owner::startsWith)
                || owner.equals("java/lang/Thread")
                        && OF_THREADS.contains(call.name().stringValue());
    }

    private Set<String> volatilesOf(String owner) {
        Set<String> known = volatiles.get(owner);
        if (known == null) {
            known = new HashSet<>();
            byte[] bytes = owner.startsWith("dev/oversight/") ? bytes(owner) : null;
            if (bytes != null) {
                ClassModel model = classFile.parse(bytes);
                for (var field : model.fields()) {
                    if (field.flags().has(AccessFlag.VOLATILE)) {
                        known.add(field.fieldName().stringValue());
                    }
                }
                model.superclass()
                        .map(above -> volatilesOf(above.asInternalName()))
                        .ifPresent(known::addAll);
            }
            volatiles.put(owner, known);
        }
        return known;
    }
}
