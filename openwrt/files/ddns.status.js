// SPDX-License-Identifier: Apache-2.0
// A part of LuCI's page Status > Overview: how the sections of dynamic DNS do, as
// `ddns-runner --status --json` tells it, with buttons for who may press them.

'use strict';
'require baseclass';
'require fs';
'require rpc';
'require ui';

const states = {
	'checking': _('Checking'),
	'waiting': _('Waiting'),
	'verifying': _('Waiting for DNS'),
	'retrying': _('Failed, will try again'),
	'paused': _('Paused'),
	'blocked': _('Blocked'),
	'done': _('Done'),
	'stopped': _('Stopped'),
	'disabled': _('Disabled'),
	'never-run': _('Not started')
};

const mayWrite = rpc.declare({
	object: 'session',
	method: 'access',
	params: [ 'scope', 'object', 'function' ],
	expect: { access: false }
});

// Text stands in elements, as LuCI takes a string for HTML. The second line is a smaller one.
function cell(text, small) {
	return E('div', {}, [
		E('span', {}, [ text || '-' ]),
		small ? E('div', {}, E('small', {}, [ small ])) : ''
	]);
}

function date(seconds) {
	return seconds ? new Date(seconds * 1000).toLocaleString() : null;
}

return baseclass.extend({
	title: _('Dynamic DNS Updates'),

	// Who may not ask, or has no section, sees nothing.
	load() {
		return Promise.all([
			L.resolveDefault(fs.exec('/usr/sbin/ddns-runner', [ '--status', '--json' ]), {}),
			L.resolveDefault(mayWrite('access-group', 'ddns-toolkit', 'write'), false)
		]);
	},

	run(action, section) {
		return fs.exec('/etc/init.d/ddns', [ action, section ]).then((result) => {
			if (result.code != 0)
				throw new Error(result.stderr || _('Exit status %d').format(result.code));
		}).catch((error) => ui.addNotification(null, E('p', {}, [ `${section}: ${error.message}` ]), 'error'));
	},

	buttons(section) {
		const button = (action, style, label) => E('button', {
			'class': `btn cbi-button cbi-button-${style}`,
			'click': ui.createHandlerFn(this, 'run', action, section.section)
		}, [ label ]);
		if (section.running)
			return E('div', {}, [
				button('start', 'action', _('Check now')), ' ', button('stop', 'negative', _('Stop'))
			]);
		return section.enabled ? button('start', 'positive', _('Start')) : '-';
	},

	row(isWritable, section) {
		const registered = section.registered?.join(', ');
		const row = [
			cell(section.section, section.host),
			cell(section.current ?? registered,
				registered && registered != section.current ? _('In DNS: %s').format(registered) : null),
			cell(states[section.state] ?? section.state, section.reason),
			cell(date(section.nextCheck)),
			cell(section.lastError, date(section.lastErrorAt))
		];
		return isWritable ? [ ...row, this.buttons(section) ] : row;
	},

	render([ answer, isWritable ]) {
		let sections = [];
		try {
			sections = JSON.parse(answer.stdout).sections;
		}
		catch (error) {}
		if (!sections.length)
			return null;

		const titles = [ _('Section'), _('Address'), _('State'), _('Next check'), _('Last error') ];
		const table = E('table', { 'class': 'table' }, [
			E('tr', { 'class': 'tr table-titles' }, (isWritable ? [ ...titles, '' ] : titles).map(
				(title) => E('th', { 'class': 'th' }, [ title ])))
		]);
		cbi_update_table(table, sections.map((section) => this.row(isWritable, section)));
		return table;
	}
});
