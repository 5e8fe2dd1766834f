// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Update scripts: the shell API of contract 9.
  @Suite(.enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"))
  struct ScriptTests {
    private static let listed = """
      __IP domain username password param_enc param_opt use_ipv6 use_https cacert proxy \
      force_ipversion force_dnstcp bind_network dns_server lookup_host retry_max_count retry_count \
      ip_network ip_source service_name update_script is_glue user_agent URL_USER URL_PASS URL_PENC \
      DATFILE ERRFILE LOGFILE PIDFILE UPDFILE IPFILE CHKFILE ddns_rundir ddns_logdir SECTION_ID \
      VERBOSE DRY_RUN REGISTERED_IP CURRENT_IP LOCAL_IP CHECK_SECONDS CHECK_SECONDS_MIN \
      FORCE_SECONDS RETRY_SECONDS EPOCH_TIME use_curl LAST_TIME CURR_TIME NEXT_TIME UPD_ANSWER \
      ERR_LAST RETRY_COUNT PID_SLEEP LUCI_HELPER MYPROG \
      VERSION N VERBOSE_MODE WGET WGET_SSL CURL CURL_SSL CURL_PROXY UCLIENT_FETCH USE_CURL BIND_HOST \
      KNOT_HOST DRILL HOSTIP NSLOOKUP RESOLVEIP jsonfilter IPV4_REGEX IPV6_REGEX SHELL_ESCAPE \
      DNS_CHARSET DNS_CHARSET_DOMAIN upd_privateip ddns_loglines ddns_dateformat write_log \
      do_transfer urlencode expand_ipv6 get_service_data get_seconds get_uptime timeout \
      sanitize_variable send_update get_current_ip get_registered_ip date_prog \
      load_all_config_options load_all_service_sections trap_handler config_get config_foreach \
      config_load network_get_ipaddr network_get_ipaddr6 network_get_device network_flush_cache \
      json_load LOGLINES RUNDIR LOGDIR DATE_PROG ALLOW_LOCAL_IP ERR_UPDATE public_suffix helpers
      """

    @Test(arguments: UpdateShell.installed)
    func `every name of the API is there and means what it should (contract 9.2)`(
      shell: UpdateShell
    ) throws {
      let world = try World(registered: ["2a02:8010:1::6"])
      let text = try String(
        contentsOfFile: Programs.source("Tests/Fixtures/scripts/update_every_name.sh"),
        encoding: .utf8)
      try world.installLibrary()
      try world.write("usr/lib/ddns/update_every_name.sh", text)
      let home = world.section(
        "home",
        [
          "update_url": nil, "update_script": "/usr/lib/ddns/update_every_name.sh",
          "domain": "www.example.com,home.example.com", "use_ipv6": "yes", "use_https": "on",
          "password": #"pa ss"w`o$r'\''d"#, "param_enc": "a b&c", "param_opt": "zone=1&x",
          "retry_count": "3", "check_interval_min": "2", "user_agent": "my agent/1",
          "own_option": "of mine",
          "ip_url": world.page("/ip", isIPv6: true),
          "own_page": world.page("/ip", isIPv6: true),
        ]
      ).replacingOccurrences(of: #"'\''d'"#, with: #"'"'"'d'"#)
      let other = """
        config service 'other'
          option enabled 'on'
          option interface 'lan'
          option domain 'two.example.com'
          option own_option 'of other'
          list colour 'red'
          list colour 'blue'

        """
      try world.configure(text: home + other, global: ["ddns_loglines": "99", "use_curl": "1"])
      try world.write(
        "etc/config/network", "config interface wan\n\toption device eth9\n\toption proto dhcp\n")
      try world.service("row.test", url: "http://a/[IP]", answer: "good")
      try world.service("script.test", url: "update_x.sh")
      try world.write("var/run/ddns/home.update", "5\n")
      try world.write("var/run/ddns/home.ip", "2a02:8010:1::6\n")
      let result = try world.run(
        "ddns-update", ["-S", "home", "-v", "2", World.seenIPv6], environment: shell.environment,
        seconds: 50)
      #expect(result.status == 0 && result.stdout == "good\n", "\(result.output)")
      #expect(result.stderr.contains("a note of words\nand a line"))
      let lines = (world.text("var/run/result") ?? "").split(separator: "\n")
      #expect(lines.last == "the end")
      for line in lines where line.hasPrefix("not ") { Issue.record("\(line)") }
      for name in Self.listed.split(separator: " ") {
        #expect(lines.contains("ok \(name)"), "\(name)")
      }
    }

    @Test(arguments: [
      ("return 0", 0, "good", ""), ("true", 0, "good", ""),
      ("return 1", 75, "unknown", "returned 1"), ("false", 75, "unknown", "returned 1"),
      ("return 127", 76, "unknown", "No update send to DDNS Provider"),
      ("exit 0", 75, "unknown", "left by 'exit' with status 0"),
      ("exit 3", 75, "unknown", "left by 'exit' with status 3"),
      ("write_log 14 'gone wrong'; return 0", 75, "unknown", "gone wrong - TERMINATE"),
      ("kill -9 $$", 75, "unknown", "ended by signal 9"),
      ("if then fi (", 75, "unknown", "left by 'exit' with status 2"),
      ("set -e; false; return 0", 75, "unknown", "left by 'exit' with status 1"),
    ])
    func `what a script returns is the outcome, and leaving ends the attempt (B39)`(
      text: String, status: Int32, word: String, words: String
    ) throws {
      let world = try World()
      try world.script(text + "\n")
      let result = try world.update([World.seen])
      #expect(result.status == status, "\(result.output)")
      #expect(result.stdout == word + "\n")
      #expect(words.isEmpty || result.stderr.contains(words), "\(result.stderr)")
      #expect(world.names(in: "var/run/ddns").isEmpty, "scratch files stay behind")
    }

    @Test func `a script that leaves by exit does not end the updater (B39)`() throws {
      let world = try World(registered: ["192.0.2.1"])
      try world.script(
        """
        if [ -e "$ddns_rundir/tried" ]; then
          do_transfer "http://$URL_USER:$URL_PASS@\(world.nicUpdate.split(separator: "@")[1])" || return 1
          write_log 7 "answer: $(cat $DATFILE)"
          return 0
        fi
        : >"$ddns_rundir/tried"
        write_log 13 'the API is down'
        """.replacingOccurrences(of: "[DOMAIN]", with: "$domain")
          .replacingOccurrences(of: "[IP]", with: "$__IP"),
        ["retry_interval": "1", "force_interval": "0"])
      let result = try world.run("ddns-runner", ["-S", "home", "-v", "1"], seconds: 40)
      #expect(result.status == 0, "\(result.output)")
      #expect(world.updates.count == 1)
      #expect(world.updates.first?.basic()?.password == World.password)
      let log = world.log()
      let marks = [
        "parsing script '/usr/lib/ddns/update_test.sh'", "ERROR : the API is down - TERMINATE",
        "left by 'exit'", "answer: good \(World.seen)", "Update successful",
        "verified: DNS shows \(World.seen)",
      ]
      var rest = log[...]
      for mark in marks {
        let found = rest.range(of: mark)
        #expect(found != nil, "'\(mark)' in its place in \(log)")
        if let found { rest = rest[found.upperBound...] }
      }
    }

    @Test func `a script that hangs is ended with all it started, after 60 s`() throws {
      let world = try World()
      // Nobody else's: the same tests may run elsewhere on this machine.
      let (one, two) = ("300.\(getpid())", "301.\(getpid())")
      try world.script("sleep \(one) & sleep \(two); return 0\n")
      let result = try world.update(["-v", "2", World.seen], seconds: 90)
      #expect(result.status == 75)
      #expect(result.seconds > 55 && result.seconds < 75, "\(result.seconds)")
      #expect(result.stderr.contains("did not end within 60 s"))
      #expect(!World.isRunning(one) && !World.isRunning(two))
    }

    @Test(arguments: [false, true])
    func `what a script leaves running holds nobody up and is ended`(byRunner: Bool) throws {
      let world = try World(registered: [World.seen])
      let word = byRunner ? "302.\(getpid())" : "303.\(getpid())"
      try world.script("sleep \(word) & return 0\n")
      let result =
        try byRunner
        ? world.runner(["-v", "2", "--force"]) : world.update([World.seen])
      #expect(result.status == 0, "\(result.output)")
      #expect(result.seconds < 20)
      #expect(!World.isRunning(word))
    }

    @Test func `its files are the owner's only and its output is cut at 64 KiB`() throws {
      let world = try World()
      try world.script(
        """
        echo secret >"$DATFILE"; echo x >"$DATFILE.curl"
        ls -l "$DATFILE" | cut -c1-10
        write_log 7 "stdin: $(cat | wc -c)"
        yes 0123456789012345678901234567890 | head -n 10000
        return 0
        """)
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.status == 0, "\(result.output)")
      #expect(result.stderr.contains("-rw-------") && result.stderr.contains("stdin: 0"))
      #expect(result.stderr.utf8.count < 70_000 && result.stderr.utf8.count > 60_000)
      #expect(world.names(in: "var/run/ddns").isEmpty)
    }

    @Test func `a dry run says so and runs no script`() throws {
      let world = try World()
      try world.script("touch \(world.root)/ran; return 0\n")
      let result = try world.update(["-d", "-v", "2", World.seen])
      #expect(result.status == 0 && result.stdout == "dry-run\n")
      #expect(!world.exists("ran"))
    }

    @Test func `an option called PATH is no PATH, and others are told apart`() throws {
      let world = try World()
      try world.script(
        "ls / >/dev/null || return 1; [ \"$apiKey\" = k ] && [ -z \"${_x:-}\" ]\n",
        ["PATH": "/nowhere", "IFS": "a", "_x": "1", "apiKey": "k"])
      let result = try world.update([World.seen])
      #expect(result.status == 0, "\(result.output)")
      for name in ["PATH", "IFS", "_x"] {
        #expect(result.stderr.contains("option '\(name)' is not given"), "\(name)")
      }
      #expect(!result.stderr.contains("option 'apiKey'"))
    }

    @Test func `curl's progress meter is not in the log, what curl says is`() throws {
      let world = try World()
      let meter = """
          %% Total    %% Received %% Xferd  Average Speed   Time    Time     Time  Current
                                         Dload  Upload   Total   Spent    Left  Speed
        \\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\
        \\r100    10  100    10    0     0  12.3k      0 --:--:--  0:00:01 --:--:--  9.7k\\n\
        \\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\
        curl: (6) Could not resolve host: x.test\\n
        """
      try world.script(
        """
        printf '\(meter)' >&2
        echo '100 1 2: my own line'
        printf '\(meter)' >"$ERRFILE"
        write_log 4 "curl has said $(cat "$ERRFILE")"
        return 0
        """)
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.status == 0, "\(result.output)")
      #expect(result.stderr.contains("curl: (6) Could not resolve host: x.test\n100 1 2: my own"))
      #expect(result.stderr.contains("curl has said"))
      #expect(!result.stderr.contains("Xferd") && !result.stderr.contains("Dload"))
      #expect(!result.stderr.contains("--:--"), "\(result.stderr)")
    }

    /// The loop of a request, as several scripts of ddns-scripts have it: at level 2 they leave it
    /// as if it had succeeded, and without a limit it never ends.
    @Test func `a script's own retries end soon, as a failure`() throws {
      let world = try World()
      try world.script(
        """
        count=0
        while ! false; do
          [ $VERBOSE -gt 1 ] && break
          [ $VERBOSE_MODE -gt 1 ] && break
          count=$((count + 1))
          echo x >>"$ddns_rundir/tries"
          [ $retry_max_count -gt 0 -a $count -gt $retry_max_count ] &&
            write_log 14 "Transfer failed after $retry_max_count retries"
          [ $count -gt ${retry_count:-$retry_max_count} ] && write_log 14 "gave up"
          sleep $RETRY_SECONDS & PID_SLEEP=$!
          wait $PID_SLEEP
        done
        return 0
        """, ["retry_max_count": "0", "retry_interval": "60"])
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.status == 75 && result.seconds < 20, "\(result.output)")
      #expect(result.stderr.contains("Transfer failed after 1 retries - TERMINATE"))
      #expect(world.text("var/run/ddns/tries") == "x\nx\n")
    }

    @Test func `a proxy is in the environment of what scripts start (contract 9.1)`() throws {
      let world = try World()
      try world.script("env | grep _proxy=\nreturn 0\n", ["proxy": "127.0.0.1:3128"])
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.stderr.contains("http_proxy=http://127.0.0.1:3128"))
      #expect(result.stderr.contains("https_proxy=http://127.0.0.1:3128"))
      let script = "#!/bin/sh\n[ \"$https_proxy\" = http://127.0.0.1:3128 ] && echo \"$2\"\n"
      try world.write("usr/bin/my-ip", script, mode: 0o755)
      try world.configure([
        "ip_source": "script", "ip_script": "/usr/bin/my-ip \"a b\" \(World.seen)",
        "proxy": "127.0.0.1:3128",
      ])
      #expect(try world.detect().stdout == World.seen + "\n")
    }
  }
}
