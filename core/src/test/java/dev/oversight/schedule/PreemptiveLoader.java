package dev.oversight.schedule;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ConstantDescs;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads the engine once more and lets it call {@link Preemption#point} before each access to a volatile
 * field, after each write to one, and before each call of something that threads share: there, another
 * thread may be let on. What threads do between two such points is their own, or else a data race; so that
 * this is noticed, all accesses are told to {@link Accesses} as well. Of the scenes, which hand things over
 * too, only what orders threads is told.
 */
final class PreemptiveLoader extends ClassLoader {
    private static final String OURS = "dev.oversight.";
    private static final String SCHEDULE = "dev.oversight.schedule";
    private static final Set<String> SCENES = Set.of("Bodies");

    /** For all loaders, since it takes longer than to play a scene. */
    private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

    private final ClassFile classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(PreemptiveLoader.class.getClassLoader())));
    private final EngineClasses classes =
            new EngineClasses(classFile, PreemptiveLoader.class.getClassLoader());

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
        byte[] made = MADE.get(name);
        if (made == null) {
            byte[] bytes = classes.bytes(name.replace('.', '/'));
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            boolean isOfEngine = !name.substring(0, name.lastIndexOf('.')).equals(SCHEDULE);
            made = isOfEngine || isScene(name) ? rewritten(name, bytes, isOfEngine) : bytes;
            MADE.put(name, made);
        }
        return defineClass(name, made, 0, made.length);
    }

    private static boolean isScene(String name) {
        String outer = name.substring(SCHEDULE.length() + 1).split("\\$")[0];
        return outer.endsWith("Scenes") || SCENES.contains(outer);
    }

    private byte[] rewritten(String name, byte[] bytes, boolean isOfEngine) {
        String simpleName = name.substring(name.lastIndexOf('.') + 1);
        return classFile.transformClass(classFile.parse(bytes), (type, element) -> {
            if (element instanceof MethodModel method) {
                String methodName = method.methodName().stringValue();
                type.transformMethod(
                        method,
                        MethodTransform.transformingCode(new BodyRewriter(
                                classes,
                                simpleName + '.' + methodName,
                                isOfEngine,
                                methodName.equals(ConstantDescs.CLASS_INIT_NAME))));
            } else {
                type.with(element);
            }
        });
    }
}
