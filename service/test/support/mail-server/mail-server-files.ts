import { createHash } from 'node:crypto'

/** What differs between mail servers. */
export interface MailServerSettings {
  folder: string
  smtpPort: number
  imapPort: number
  password: string
}

/** The domain of the mailboxes; every local part is one. */
export const mailDomain = 'wallet.test'

/** Dovecot's LMTP does not support SMTPUTF8, so Postfix delivers to addresses beyond ASCII in this one mailbox. */
export const unicodeMailbox = 'unicode'

/** Another such domain, with its ASCII form. */
export const idnDomain = 'bücher.test'
const idnDomainInAscii = 'xn--bcher-kva.test'

/** The addresses that are refused at RCPT by default, and the replies. */
export const defaultRefusals: readonly [address: string, reply: string][] = [
  [`grey@${mailDomain}`, '450 4.2.0 Greylisted, please try again later'],
  [`full@${mailDomain}`, '452 4.2.2 Mailbox full'],
  [`nobody@${mailDomain}`, '550 5.1.1 No such user here'],
  [`toobig@${mailDomain}`, '552 5.3.4 Message too big'],
]

/** Everything belongs to the user "nobody". */
export const unprivilegedUser = { uid: 65_534, gid: 65_534 }

/** Builds the configuration files of Postfix and Dovecot, by their path in the folder. */
export function buildMailServerFiles(settings: MailServerSettings): Record<string, string> {
  return {
    'postfix/main.cf': buildMainCf(settings),
    'postfix/master.cf': buildMasterCf(settings),
    'postfix/transport': '!/^[ -~]*$/ virtual:\n',
    'dovecot.conf': buildDovecotConf(settings),
  }
}

function buildMainCf({ folder }: MailServerSettings): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/postfix-data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mail.${mailDomain}
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
fast_flush_domains =
notify_classes =
inet_protocols = ipv4
smtpd_peername_lookup = no
disable_dns_lookups = yes
default_transport = error:5.1.2 nothing leaves this machine
relay_transport = error:5.1.2 nothing leaves this machine
virtual_mailbox_domains = ${mailDomain}, ${idnDomainInAscii}
virtual_mailbox_maps = static:${toMailboxFolder(unicodeMailbox)}/
virtual_mailbox_base = ${folder}/mail
virtual_uid_maps = static:${unprivilegedUser.uid}
virtual_gid_maps = static:${unprivilegedUser.gid}
virtual_transport = lmtp:unix:${folder}/lmtp
transport_maps = regexp:${folder}/postfix/transport
smtpd_tls_chain_files = ${folder}/certificate.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${folder}/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_policy_service unix:${folder}/policy, permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
`
}

function buildMasterCf({ smtpPort }: MailServerSettings): string {
  const services = [
    [`127.0.0.1:${smtpPort}`, 'inet', 'n', '-', '-', 'smtpd'],
    ['postlog', 'unix-dgram', 'n', '-', '1', 'postlogd'],
    ['cleanup', 'unix', 'n', '-', '0', 'cleanup'],
    ['qmgr', 'unix', 'n', '300', '1', 'qmgr'],
    ['tlsmgr', 'unix', '-', '1000?', '1', 'tlsmgr'],
    ['rewrite', 'unix', '-', '-', '-', 'trivial-rewrite'],
    ['bounce', 'unix', '-', '-', '0', 'bounce'],
    ['defer', 'unix', '-', '-', '0', 'bounce'],
    ['trace', 'unix', '-', '-', '0', 'bounce'],
    ['proxymap', 'unix', '-', '-', '-', 'proxymap'],
    ['error', 'unix', '-', '-', '-', 'error'],
    ['retry', 'unix', '-', '-', '-', 'error'],
    ['lmtp', 'unix', '-', '-', '-', 'lmtp'],
    ['virtual', 'unix', '-', '-', '-', 'virtual'],
    ['anvil', 'unix', '-', '-', '1', 'anvil'],
    ['scache', 'unix', '-', '-', '1', 'scache'],
  ]
  return services
    .map(([name, type, isPrivate, wakeUp, most, program]) => {
      const isPrivileged = program === 'virtual' ? 'n' : '-'
      return `${name} ${type} ${isPrivate} ${isPrivileged} n ${wakeUp} ${most} ${program}\n`
    })
    .join('')
}

function buildDovecotConf({ folder, imapPort, password }: MailServerSettings): string {
  const { uid, gid } = unprivilegedUser
  return `
base_dir = ${folder}/dovecot
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_chars =
recipient_delimiter =
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${folder}/mail/%{sha256:user}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%{sha256:user} allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${folder}/auth {
    mode = 0666
  }
}
`
}

/** Returns the folder of a mailbox: a hash, so that no local part, however odd, becomes part of a path. */
function toMailboxFolder(user: string): string {
  return createHash('sha256').update(user).digest('hex')
}
