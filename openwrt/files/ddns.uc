// SPDX-License-Identifier: Apache-2.0
// The object luci.ddns of rpcd with ucode, as LuCI's page for dynamic DNS calls it from 24.10 on. The
// one in shell, /usr/lib/ddns/luci.ddns, answers the same where rpcd knows no ucode.
//
// LuCI has one of its own in ddns.uc beside this file, and rpcd must never see two: ubusd refuses the
// second, and rpcd goes on with memory it has freed. So this one is empty while LuCI's is there; the
// init script puts that aside (/usr/lib/ddns/luci.sh).

'use strict';

import { access, glob, popen, readfile, realpath, stat, writefile } from 'fs';
import { cursor } from 'uci';

const theirs = '/usr/share/rpcd/ucode/ddns.uc';
const aside = '/usr/share/rpcd/ddns.uc.luci';
// rpcd takes executables first. In this place LuCI up to 23.05 has its own, and ours yields.
const executable = '/usr/libexec/rpcd/luci.ddns';
const helper = '/usr/lib/ddns/dynamic_dns_lucihelper.sh';
const units = { days: 86400, hours: 3600, minutes: 60 };

// --- values --------------------------------------------------------------------------------------

// A word of a shell's command line.
function quoted(word) {
	return `'${replace(word, "'", "'\\''")}'`;
}

function is_on(word) {
	return word in [ '1', 'on', 'true', 'yes', 'enabled' ];
}

// The whole number in a file, or 0.
function number_in(path) {
	return int(match(readfile(path), /^(0|[1-9][0-9]*)\n?$/)?.[1] ?? 0);
}

// The process that has written the file, unless it has ended or somebody else has its number by now.
function process_of(path) {
	const id = number_in(path);
	// What has ended and waits for its parent has no program any more.
	if (!id || !stat(`/proc/${id}/exe`))
		return null;
	return trim(readfile(`/proc/${id}/comm`)) in [ 'dynamic_dns_upd', 'ddns-runner', 'ddns' ] ? id : null;
}

function load() {
	const config = cursor();
	const all = config.get_all('ddns', 'global') ?? {};
	const option = (name, old, otherwise) => all[name] || all[old] || otherwise;
	let logs = option('ddns_logdir', 'log_dir', '/var/log/ddns');
	if (index(`${logs}/`, '../') >= 0)
		logs = '/var/log/ddns';
	const format = option('ddns_dateformat', 'date_format', '%F %R');
	return {
		config, logs,
		run: option('ddns_rundir', 'run_dir', '/var/run/ddns'),
		format: replace(replace(format, /%n/g, '<br />'), /%t/g, '    ')
	};
}

// The date of a second since 1970; `date` knows more formats than ucode.
function date_at(second, format) {
	const pipe = popen(`date -d @${second} ${quoted('+' + format)} 2>/dev/null`);
	const text = rtrim(pipe?.read('all'), '\n');
	pipe?.close();
	return text;
}

// --- a section -----------------------------------------------------------------------------------

// The first name of `domain`; host@zone is host.zone.
function first_name(domain) {
	return replace(match(domain, /^[^, ]*/)?.[0] ?? '', '@', '.');
}

function look_up(section, host) {
	let words = [ helper, '-l', host, '-S', section['.name'] ];
	for (let option, letter in { use_ipv6: '-6', force_ipversion: '-f', force_dnstcp: '-t', is_glue: '-g' })
		if (is_on(section[option]))
			push(words, letter);
	if (section.dns_server)
		push(words, '-d', section.dns_server);
	push(words, '--', 'get_registered_ip');
	system(`${join(' ', map(words, quoted))} </dev/null >/dev/null 2>&1 &`);
}

// The registered address. Where nobody has looked yet, a look-up is started and not waited for.
function registered(section, folder) {
	const host = section.lookup_host || first_name(section.domain);
	const path = `${folder}/${section['.name']}.ip`;
	if (!host)
		return null;
	if (stat(path))
		return replace(trim(readfile(path)), /\n/g, '<br/>') || null;
	system([ 'mkdir', '-p', folder ]);
	if (writefile(path, '\n') != null)
		look_up(section, host);
	return null;
}

function status_of(section, at) {
	const files = `${at.run}/${section['.name']}`;
	const pid = process_of(`${files}.pid`);
	const last = number_in(`${files}.update`);
	const check = number_in(`${files}.nextcheck`);
	const count = section.force_interval || '72';
	const unit = units[section.force_unit || 'hours'];
	const interval = (match(count, /^[0-9]+$/) ? int(count, 10) : 72) * unit;
	let next = null;
	if (unit && !interval)
		next = 'Run once';
	else if (unit && !pid)
		next = section.enabled == '0' ? 'Disabled' : 'Stopped';
	else if (unit && last)
		next = last + interval <= at.uptime ? 'Verify' : date_at(at.boot + last + interval, at.format);
	return {
		ip: registered(section, at.run),
		last_update: last ? date_at(at.boot + last, at.format) : null,
		next_update: next,
		next_check: pid && check ? date_at(at.boot + check, at.format) : null,
		pid
	};
}

// --- the methods ---------------------------------------------------------------------------------

const methods = {
	get_services_log: {
		args: { service_name: '' },
		call: function(request) {
			const name = match(request.args?.service_name, /^[A-Za-z0-9_]+$/)?.[0];
			const text = name && rtrim(readfile(`${load().logs}/${name}.log`), '\n');
			return { result: text || 'File not found or empty' };
		}
	},

	get_services_status: {
		call: function() {
			const options = load();
			const uptime = int(split(readfile('/proc/uptime'), '.')[0]);
			const at = { ...options, uptime, boot: time() - uptime };
			let answer = {};
			options.config.foreach('ddns', 'service', (section) => {
				for (let name, value in section)
					if (type(value) == 'array')
						section[name] = join(' ', value);
				answer[section['.name']] = status_of(section, at);
			});
			return answer;
		}
	},

	get_ddns_state: {
		call: function() {
			const format = load().format;
			const list = stat('/usr/share/ddns/list');
			return {
				_version: rtrim(readfile('/usr/share/ddns/version'), '\n') || null,
				_enabled: access('/etc/rc.d/S95ddns', 'x') == true,
				_curr_dateformat: date_at(time(), format),
				_services_list: list?.size ? date_at(list.mtime, format) : 'NO_LIST'
			};
		}
	},

	// What LuCI takes for the abilities of other programs. All but two are ours and always there.
	get_env: {
		call: function() {
			let answer = {
				has_cacerts: length(filter(glob('/etc/ssl/certs/*.crt', '/etc/ssl/certs/*.pem'), stat)) > 0,
				has_ipv6: stat('/proc/net/ipv6_route') != null
			};
			for (let name in [ 'wget', 'curl', 'ssl', 'proxy', 'forceip', 'bindnet', 'bindhost', 'dnsserver' ])
				answer[`has_${name}`] = true;
			return answer;
		}
	}
};

// What a newer page may ask for and is not here, LuCI's own object answers.
function others() {
	try {
		return loadfile(aside, { raw_mode: true })()['luci.ddns'];
	}
	catch (error) {
		return {};
	}
}

if (stat(theirs) || stat(executable) && realpath(executable) != '/usr/lib/ddns/luci.ddns')
	return {};

return { 'luci.ddns': { ...others(), ...methods } };
