package dev.oversight.schedule;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;

/** Rewrites one method: with points, if it is the engine's, and so that its accesses are noted. */
final class BodyRewriter implements CodeTransform {
    private static final ClassDesc POINTS = ClassDesc.of("dev.oversight.schedule.Preemption");
    private static final ClassDesc ACCESSES = ClassDesc.of("dev.oversight.schedule.Accesses");
    private static final ClassDesc HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc STRING = ConstantDescs.CD_String;

    private static final List<String> SHARED = List.of(
            "java/util/concurrent/",
            "java/lang/invoke/VarHandle",
            "java/util/Map",
            "java/util/NavigableMap",
            "java/util/Queue",
            "java/util/Set");

    private static final Set<String> OF_THREADS =
            Set.of("start", "interrupt", "interrupted", "isInterrupted");

    private static final Set<String> COLLECTIONS = Set.of(
            "Ljava/util/Collection;", "Ljava/util/List;", "Ljava/util/Map;", "Ljava/util/Set;");

    private final EngineClasses classes;
    private final String method;
    private final boolean isOfEngine;
    private final boolean initialisesClass;
    private int line;

    /**
     * For one method.
     *
     * @param method as it is to be called in a report
     * @param isOfEngine or else of a scene, whose own fields do not count and which is not held up
     * @param initialisesClass then its thread cannot be held up
     */
    BodyRewriter(
            EngineClasses classes, String method, boolean isOfEngine, boolean initialisesClass) {
        this.classes = classes;
        this.method = method;
        this.isOfEngine = isOfEngine;
        this.initialisesClass = initialisesClass;
    }

    @Override
    public void atStart(CodeBuilder code) {
        if (initialisesClass) {
            tell(code.loadConstant(1), "initialises", ConstantDescs.CD_int);
        }
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
            case LineNumber here -> {
                line = here.line();
                code.with(here);
            }
            case ReturnInstruction end
            when initialisesClass -> {
                tell(code.loadConstant(-1), "initialises", ConstantDescs.CD_int);
                code.with(end);
            }
            case FieldInstruction access when isOfEngine -> field(code, access);
            case ArrayLoadInstruction load
            when isOfEngine -> {
                place(code.dup2());
                tell(code, "readElement", OBJECT, ConstantDescs.CD_int, STRING);
                code.with(load);
            }
            case ArrayStoreInstruction store
            when isOfEngine -> {
                int value = spill(code, store.typeKind());
                place(code.dup2());
                tell(code, "writeElement", OBJECT, ConstantDescs.CD_int, STRING);
                code.loadLocal(store.typeKind(), value).with(store);
            }
            case InvokeInstruction call -> call(code, call);
            default -> code.with(element);
        }
    }

    // ------------------------------------------------------------------ fields

    private void field(CodeBuilder code, FieldInstruction access) {
        EngineClasses.Field field =
                classes.field(access.owner().asInternalName(), access.name().stringValue());
        if (field == null || field.isFinal()) {
            code.with(access);
            return;
        }
        if (field.isVolatile()) {
            addPoint(code);
        }
        boolean writes = access.opcode() == Opcode.PUTFIELD || access.opcode() == Opcode.PUTSTATIC;
        loadTarget(code, access);
        place(code.loadConstant(field.toString()));
        String what = (writes ? "write" : "read") + (field.isVolatile() ? "Volatile" : "");
        tell(code, what, OBJECT, STRING, STRING);
        code.with(access);
        if (field.isVolatile() && access.opcode() == Opcode.PUTFIELD) {
            addPoint(code); // what is written late, after what should have published it
        }
    }

    /** Once more, above what the instruction needs. */
    private static void loadTarget(CodeBuilder code, FieldInstruction access) {
        boolean wide = TypeKind.from(access.typeSymbol()).slotSize() == 2;
        switch (access.opcode()) {
            case GETFIELD -> code.dup();
            case PUTFIELD -> {
                if (wide) {
                    code.dup2_x1().pop2().dup_x2();
                } else {
                    code.dup2().pop();
                }
            }
            default -> code.aconst_null();
        }
    }

    // ------------------------------------------------------------------ calls

    private void call(CodeBuilder code, InvokeInstruction call) {
        String owner = classes.foreignAncestor(call.owner().asInternalName());
        String name = call.name().stringValue();
        if (isOfEngine && owner.equals("java/util/Map") && name.startsWith("compute")) {
            place(code);
            MethodTypeDesc type = call.typeSymbol().insertParameterTypes(0, ConstantDescs.CD_Map);
            code.invokestatic(
                    POINTS, name, type.insertParameterTypes(type.parameterCount(), STRING));
            return;
        }
        if (isShared(call)) {
            addPoint(code);
        }
        if (owner.equals("java/lang/Thread")) {
            callOfThread(code, call, name);
        } else if (owner.equals("java/lang/invoke/VarHandle")) {
            callOfHandle(code, call, name);
        } else if (owner.startsWith("java/util/")) {
            callOfObject(code, call, name);
        } else {
            code.with(call);
        }
    }

    private void callOfThread(CodeBuilder code, InvokeInstruction call, String name) {
        if (name.equals("interrupt")) {
            tell(code.dup(), "interrupts", THREAD);
        }
        if (!name.equals("join")) {
            code.with(call);
            if (name.equals("interrupted")) {
                tell(code.dup(), "sawInterrupt", ConstantDescs.CD_boolean);
            }
            return;
        }
        int[] arguments = spill(code, call);
        int thread = spill(code.dup(), TypeKind.REFERENCE);
        reload(code, call, arguments);
        code.with(call).aload(thread);
        tell(code, "joined", THREAD);
    }

    private void callOfHandle(CodeBuilder code, InvokeInstruction call, String name) {
        if (call.opcode() == Opcode.INVOKESTATIC || name.equals("describeConstable")) {
            code.with(call);
            return;
        }
        int[] arguments = spill(code, call);
        place(code.dup().aload(arguments[0]).loadConstant(name));
        tell(code, "handle", HANDLE, OBJECT, STRING, STRING);
        reload(code, call, arguments);
        code.with(call);
    }

    /** Of a collection or of something that threads share; which of both is known when it is called. */
    private void callOfObject(CodeBuilder code, InvokeInstruction call, String name) {
        boolean hasTarget = call.opcode() != Opcode.INVOKESTATIC && !name.equals("<init>");
        boolean combines = name.equals("anyOf") || name.equals("allOf");
        if (!hasTarget && !combines && !takesCollection(call)) {
            code.with(call);
            return;
        }
        int[] arguments = spill(code, call);
        int target = -1;
        boolean hasKey = hasTarget && isOfEngine && hasKey(call);
        if (hasTarget) {
            target = spill(code.dup(), TypeKind.REFERENCE);
            code.aload(target);
            if (hasKey) {
                loadKey(code, call, arguments[0]);
            }
            place(code.loadConstant(name));
            if (hasKey) {
                tell(code, "callsWith", OBJECT, OBJECT, STRING, STRING);
            } else {
                tell(code, isOfEngine ? "calls" : "callsFromScene", OBJECT, STRING, STRING);
            }
        }
        for (int i = 0; i < arguments.length; i++) {
            if (isOfEngine && isCollection(call, i)) {
                place(code.aload(arguments[i]));
                tell(code, "isRead", OBJECT, STRING);
            }
        }
        reload(code, call, arguments);
        code.with(call);
        if (hasTarget) {
            if (TypeKind.from(call.typeSymbol().returnType()) == TypeKind.REFERENCE) {
                tell(
                        code.dup().aload(target).loadConstant(name),
                        "returned",
                        OBJECT,
                        OBJECT,
                        STRING);
            }
            if (hasKey) {
                loadKey(code.aload(target), call, arguments[0]);
                tell(code.loadConstant(name), "calledWith", OBJECT, OBJECT, STRING);
            } else {
                tell(code.aload(target).loadConstant(name), "called", OBJECT, STRING);
            }
        } else if (combines) {
            tell(code.dup().aload(arguments[0]), "combines", OBJECT, OBJECT.arrayType());
        }
    }

    /** Of a table, or the index of an array of atomics. */
    private static boolean hasKey(InvokeInstruction call) {
        if (call.typeSymbol().parameterCount() == 0) {
            return false;
        }
        ClassDesc first = call.typeSymbol().parameterType(0);
        return first.equals(OBJECT)
                || first.equals(ConstantDescs.CD_int)
                        && call.owner().asInternalName().startsWith("java/util/concurrent/atomic/");
    }

    private static void loadKey(CodeBuilder code, InvokeInstruction call, int local) {
        if (call.typeSymbol().parameterType(0).equals(OBJECT)) {
            code.aload(local);
        } else {
            code.iload(local)
                    .invokestatic(
                            ConstantDescs.CD_Integer,
                            "valueOf",
                            MethodTypeDesc.of(ConstantDescs.CD_Integer, ConstantDescs.CD_int));
        }
    }

    private static boolean takesCollection(InvokeInstruction call) {
        for (int i = 0; i < call.typeSymbol().parameterCount(); i++) {
            if (isCollection(call, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCollection(InvokeInstruction call, int parameter) {
        return COLLECTIONS.contains(call.typeSymbol().parameterType(parameter).descriptorString());
    }

    private boolean isShared(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return SHARED.stream().anyMatch(owner::startsWith)
                || owner.equals("java/lang/Thread")
                        && OF_THREADS.contains(call.name().stringValue());
    }

    // ------------------------------------------------------------------ code

    private void addPoint(CodeBuilder code) {
        if (isOfEngine && !initialisesClass) {
            code.invokestatic(POINTS, "point", MethodTypeDesc.of(ConstantDescs.CD_void));
        }
    }

    private void place(CodeBuilder code) {
        code.loadConstant(method + ':' + line);
    }

    private static void tell(CodeBuilder code, String what, ClassDesc... of) {
        code.invokestatic(ACCESSES, what, MethodTypeDesc.of(ConstantDescs.CD_void, of));
    }

    private static int spill(CodeBuilder code, TypeKind kind) {
        int local = code.allocateLocal(kind);
        code.storeLocal(kind, local);
        return local;
    }

    /** The arguments of a call, into locals of their own. */
    private static int[] spill(CodeBuilder code, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        int[] locals = new int[type.parameterCount()];
        for (int i = locals.length - 1; i >= 0; i--) {
            locals[i] = spill(code, TypeKind.from(type.parameterType(i)));
        }
        return locals;
    }

    private static void reload(CodeBuilder code, InvokeInstruction call, int[] locals) {
        for (int i = 0; i < locals.length; i++) {
            code.loadLocal(TypeKind.from(call.typeSymbol().parameterType(i)), locals[i]);
        }
    }
}
