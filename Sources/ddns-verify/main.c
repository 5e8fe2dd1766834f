// SPDX-License-Identifier: Apache-2.0

// Exported by the Swift module Tools.
int ddns_verify_main(int argc, char **argv);

int main(int argc, char **argv) {
    return ddns_verify_main(argc, argv);
}
