/* Lists the Vulkan devices a program started like this one would see, one per line:
 *
 *     TYPE|API|NAME|DRIVER          cpu|1.4.305|llvmpipe (LLVM 19.1.7, 256 bits)|Mesa 25.0.7
 *
 * A device is listed only if a logical device can be made on it. Needs no Vulkan headers: the few
 * declarations it takes are below, as in the Vulkan specification. Exit status 3: no loader,
 * 4: no driver, 5: no usable device.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void (*Function)(void);
typedef Function (*GetProc)(void *instance, const char *name);

typedef struct {
    int type;
    const void *next;
    const char *application;
    uint32_t application_version;
    const char *engine;
    uint32_t engine_version;
    uint32_t api_version;
} ApplicationInfo;

typedef struct {
    int type;
    const void *next;
    uint32_t flags;
    const ApplicationInfo *application;
    uint32_t layer_count;
    const char *const *layers;
    uint32_t extension_count;
    const char *const *extensions;
} InstanceInfo;

typedef struct {
    int type;
    const void *next;
    uint32_t flags, family, count;
    const float *priorities;
} QueueInfo;

typedef struct {
    int type;
    const void *next;
    uint32_t flags;
    uint32_t queue_count;
    const QueueInfo *queues;
    uint32_t layer_count;
    const char *const *layers;
    uint32_t extension_count;
    const char *const *extensions;
    const void *features;
} DeviceInfo;

typedef struct {
    int type;
    void *next;
    int id;
    char name[256];
    char info[256];
    uint8_t conformance[4];
} DriverProperties;

typedef struct {
    int type;
    void *next;
    uint32_t api, driver, vendor, device;
    int kind;
    char name[256];
    char rest[4096]; /* the limits, which nothing here asks for */
} Properties2;

static GetProc get_proc;

static Function load(void *instance, const char *name) {
    Function function = get_proc(instance, name);
    if (!function) fprintf(stderr, "vkprobe: the loader has no %s\n", name);
    return function;
}

int main(void) {
    static const char *const kinds[] = {"other", "integrated", "discrete", "virtual", "cpu"};
    void *loader = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!loader) {
        fprintf(stderr, "vkprobe: %s\n", dlerror());
        return 3;
    }
    *(void **)&get_proc = dlsym(loader, "vkGetInstanceProcAddr");
    if (!get_proc) return 3;

    int (*create_instance)(const InstanceInfo *, const void *, void **) =
        (int (*)(const InstanceInfo *, const void *, void **))load(NULL, "vkCreateInstance");
    if (!create_instance) return 3;
    ApplicationInfo application = {.type = 0, .application = "vkprobe", .api_version = 1u << 22 | 2u << 12};
    InstanceInfo instance_info = {.type = 1, .application = &application};
    void *instance = NULL;
    int result = create_instance(&instance_info, NULL, &instance);
    if (result != 0) {
        fprintf(stderr, "vkprobe: vkCreateInstance gave %d\n", result);
        return 4;
    }

    int (*enumerate)(void *, uint32_t *, void **) =
        (int (*)(void *, uint32_t *, void **))load(instance, "vkEnumeratePhysicalDevices");
    void (*properties_of)(void *, Properties2 *) =
        (void (*)(void *, Properties2 *))load(instance, "vkGetPhysicalDeviceProperties2");
    int (*create_device)(void *, const DeviceInfo *, const void *, void **) =
        (int (*)(void *, const DeviceInfo *, const void *, void **))load(instance, "vkCreateDevice");
    if (!enumerate || !properties_of || !create_device) return 4;

    uint32_t count = 16;
    void *devices[16];
    result = enumerate(instance, &count, devices);
    if (result != 0 && result != 5 /* there are more than 16 */) {
        fprintf(stderr, "vkprobe: vkEnumeratePhysicalDevices gave %d\n", result);
        return 4;
    }

    int usable = 0;
    for (uint32_t i = 0; i < count; i++) {
        DriverProperties driver = {.type = 1000196000};
        Properties2 properties = {.type = 1000059001, .next = &driver};
        properties_of(devices[i], &properties);

        float priority = 1.0f;
        QueueInfo queue = {.type = 2, .family = 0, .count = 1, .priorities = &priority};
        DeviceInfo device_info = {.type = 3, .queue_count = 1, .queues = &queue};
        void *device = NULL;
        result = create_device(devices[i], &device_info, NULL, &device);
        if (result != 0) {
            fprintf(stderr, "vkprobe: vkCreateDevice on %s gave %d\n", properties.name, result);
            continue;
        }
        usable++;
        printf("%s|%u.%u.%u|%s|%s %s\n", properties.kind >= 0 && properties.kind <= 4 ? kinds[properties.kind] : "other",
               properties.api >> 22 & 0x7f, properties.api >> 12 & 0x3ff, properties.api & 0xfff, properties.name,
               driver.name, driver.info);
    }
    return usable ? 0 : 5;
}
