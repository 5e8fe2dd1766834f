// SPDX-License-Identifier: Apache-2.0

// Exported by the Swift module Tools.
int ddns_update_main(int argc, char **argv);

int main(int argc, char **argv) {
    return ddns_update_main(argc, argv);
}
