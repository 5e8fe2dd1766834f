// SPDX-License-Identifier: Apache-2.0

// Exported by the Swift module Runner.
int ddns_runner_main(int argc, char **argv);

int main(int argc, char **argv) {
    return ddns_runner_main(argc, argv);
}
