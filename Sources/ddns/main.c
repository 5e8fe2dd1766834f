// SPDX-License-Identifier: Apache-2.0
// All programs in one executable: the name it is called by says which one runs.
// `ddns NAME ...` is the same as `NAME ...`; any other `ddns ...` is ddns-scripts' command.

#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

typedef int program_main(int argc, char **argv);

// Each is exported by a Swift module: Tools, Runner, Compat.
program_main ddns_detect_ip_main, ddns_verify_main, ddns_update_main, ddns_runner_main;
program_main ddns_updater_main, ddns_helper_main, ddns_service_main, ddns_synology_main;

static const struct program {
    const char *name;
    program_main *main;
} programs[] = {
    {"ddns", ddns_service_main},
    {"ddns-detect-ip", ddns_detect_ip_main},
    {"ddns-verify", ddns_verify_main},
    {"ddns-update", ddns_update_main},
    {"ddns-runner", ddns_runner_main},
    {"ddns-synology", ddns_synology_main},
    {"dynamic_dns_updater.sh", ddns_updater_main},
    {"dynamic_dns_lucihelper.sh", ddns_helper_main},
};

static const struct program *find(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (unsigned i = 1; i < sizeof programs / sizeof *programs; i++) {
        size_t length = strlen(programs[i].name);
        // The module of Synology's DSM is told its provider by its name.
        if (strncmp(name, programs[i].name, length) == 0 &&
            (!name[length] || (name[length] == '-' && programs[i].main == ddns_synology_main))) {
            return &programs[i];
        }
    }
    return NULL;
}

void csys_pages_begin(void);  // Sources/CSystem/pages.c
void csys_relro_protect(void);  // Sources/CSystem/relro.c

int main(int argc, char **argv) {
    csys_relro_protect();
    csys_pages_begin();
    for (int i = 0; i < 2 && i < argc; i++) {
        const struct program *program = find(argv[i]);
        if (program) {
            // Started as /proc/self/exe it would be `exe` for ps and killall.
            const char *file = (const char *)getauxval(AT_EXECFN);
            if (!file || find(file) != program) prctl(PR_SET_NAME, program->name);
            return program->main(argc - i, argv + i);
        }
    }
    return ddns_service_main(argc, argv);
}
