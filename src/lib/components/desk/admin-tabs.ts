/** The pages of /admin, in the order of their tabs. */
import { m } from '#lib/paraglide/messages.js';

export const ADMIN_TABS: readonly { href: string; label: () => string }[] = [
	{ href: '/admin/users', label: m.people_tab_users },
	{ href: '/admin/requests', label: m.people_tab_requests },
	{ href: '/admin/devices', label: m.people_tab_devices },
	{ href: '/admin/integrations', label: m.integrations_tab },
	{ href: '/admin/mail', label: m.mail_admin_tab },
	{ href: '/admin/audit', label: m.people_audit_title },
	{ href: '/admin/jobs', label: m.jobs_tab },
	{ href: '/admin/maintenance', label: m.jobs_maintenance_tab },
	{ href: '/admin/restore', label: m.restore_tab }
];
