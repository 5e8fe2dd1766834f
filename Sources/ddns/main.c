// SPDX-License-Identifier: Apache-2.0
// All programs in one executable: the name it is called by says which one runs.
// `ddns NAME ...` is the same as `NAME ...`.

#include <stdio.h>
#include <string.h>

typedef int program_main(int argc, char **argv);

// Each is exported by a Swift module: DetectIP, Verify, Update, Runner.
program_main ddns_detect_ip_main, ddns_verify_main, ddns_update_main, ddns_runner_main;

// LuCI's helper comes with the rest of its interface; its own status for "not done" is 255.
static int lucihelper_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    fputs("dynamic_dns_lucihelper.sh: not supported yet: use ddns-detect-ip and ddns-verify\n", stderr);
    return 255;
}

static const struct {
    const char *name;
    program_main *main;
} programs[] = {
    {"ddns-detect-ip", ddns_detect_ip_main},
    {"ddns-verify", ddns_verify_main},
    {"ddns-update", ddns_update_main},
    {"ddns-runner", ddns_runner_main},
    {"dynamic_dns_updater.sh", ddns_runner_main},
    {"dynamic_dns_lucihelper.sh", lucihelper_main},
};

enum { program_count = sizeof programs / sizeof programs[0], usage_error = 64 };

static program_main *find(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (int i = 0; i < program_count; i++) {
        if (strcmp(name, programs[i].name) == 0) {
            return programs[i].main;
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    for (int i = 0; i < 2 && i < argc; i++) {
        program_main *program = find(argv[i]);
        if (program) {
            return program(argc - i, argv + i);
        }
    }
    fputs("ddns: call it by one of these names, or with one as first argument:", stderr);
    for (int i = 0; i < program_count; i++) {
        fputc(' ', stderr);
        fputs(programs[i].name, stderr);
    }
    fputc('\n', stderr);
    return usage_error;
}
