import { IconAppWindow, IconBell, IconBellRinging, IconBolt, IconChecklist, IconClock, IconColumns3, IconDeviceLandlinePhone, IconForms, IconHistory, IconKey, IconLockAccess, IconMail, IconMessageBolt, IconPalette, IconPhone, IconRoute, IconSend, IconShieldCheck, IconShieldLock, IconSparkles, IconTag, IconTags, IconUser, IconUserCheck, IconUserShield, IconUsersGroup, IconWebhook } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { area, type Key } from '../words/words'
import { IconHourglass, IconMoodSmile } from '@tabler/icons-react'

export type Page = {
  /** Its part of the address, for ever: people keep links. */
  path: string
  label: Key
  icon: ComponentType<{ size?: number }>
  part: ComponentType
}

type Section = { name: Key; pages: Page[] }

/** Every page of the settings, in the order in which they are listed. */
export const SECTIONS: Section[] = [
  {
    name: 'settings.section.product',
    pages: [
      { path: 'application', label: 'settings.application', icon: IconAppWindow, part: area(() => import('./application'), 'settings', 'application', 'refusals') },
      { path: 'start', label: 'settings.start', icon: IconChecklist, part: area(() => import('./start'), 'settings', 'start', 'refusals') },
      { path: 'look', label: 'settings.look', icon: IconPalette, part: area(() => import('../widgets/looks'), 'settings', 'looks', 'unsaved', 'refusals') },
      { path: 'hours', label: 'settings.hours', icon: IconClock, part: area(() => import('./hours'), 'settings', 'notices', 'hours') },
      { path: 'privacy', label: 'settings.privacy', icon: IconShieldLock, part: area(() => import('./privacy'), 'settings', 'people') },
      { path: 'audit', label: 'settings.audit', icon: IconHistory, part: area(() => import('./audit'), 'settings', 'access', 'refusals') },
    ],
  },
  {
    name: 'settings.section.you',
    pages: [
      { path: 'profile', label: 'settings.profile', icon: IconUser, part: area(() => import('./profile'), 'settings', 'access') },
      { path: 'availability', label: 'settings.availability', icon: IconUserCheck, part: area(() => import('./availability'), 'settings', 'notices', 'availability') },
      { path: 'notices', label: 'settings.notices', icon: IconBell, part: area(() => import('./notices'), 'settings', 'notices') },
    ],
  },
  {
    name: 'settings.section.team',
    pages: [
      { path: 'agents', label: 'settings.agents', icon: IconUserShield, part: area(() => import('./agents'), 'settings', 'access') },
      { path: 'groups', label: 'settings.groups', icon: IconUsersGroup, part: area(() => import('./groups'), 'settings', 'groups') },
      { path: 'roles', label: 'settings.roles', icon: IconLockAccess, part: area(() => import('./roles'), 'settings', 'access') },
      { path: 'security', label: 'settings.security', icon: IconShieldCheck, part: area(() => import('./security'), 'settings', 'access') },
      { path: 'routing', label: 'settings.routing', icon: IconRoute, part: area(() => import('./routing'), 'settings', 'routing', 'groups') },
      { path: 'response-times', label: 'settings.sla', icon: IconHourglass, part: area(() => import('./sla'), 'settings', 'sla', 'people', 'segments') },
      { path: 'satisfaction', label: 'settings.ratings', icon: IconMoodSmile, part: area(() => import('./ratings'), 'settings', 'ratings', 'rated') },
    ],
  },
  {
    name: 'settings.section.talks',
    pages: [
      { path: 'answers', label: 'settings.answers', icon: IconMessageBolt, part: area(() => import('./answers'), 'settings', 'answers', 'refusals') },
      { path: 'macros', label: 'settings.macros', icon: IconBolt, part: area(() => import('./macros'), 'settings', 'answers', 'inbox', 'refusals') },
      { path: 'conversation-labels', label: 'settings.conversationLabels', icon: IconTag, part: area(() => import('./conversation-labels'), 'inbox', 'refusals') },
    ],
  },
  {
    name: 'settings.section.people',
    pages: [
      { path: 'labels', label: 'settings.labels', icon: IconTags, part: area(() => import('./labels'), 'labels', 'people') },
      { path: 'attributes', label: 'settings.attributes', icon: IconForms, part: area(() => import('./attributes'), 'attributes', 'people') },
      { path: 'pipelines', label: 'settings.pipelines', icon: IconColumns3, part: area(() => import('./pipelines'), 'pipelines', 'people') },
      { path: 'enrichment', label: 'settings.enrichment', icon: IconSparkles, part: area(() => import('./enrichment'), 'settings', 'enrichment') },
    ],
  },
  {
    name: 'settings.section.channels',
    pages: [
      { path: 'calls', label: 'settings.calls', icon: IconPhone, part: area(() => import('./calls'), 'settings', 'calls', 'people', 'refusals') },
      { path: 'phone', label: 'settings.phone', icon: IconDeviceLandlinePhone, part: area(() => import('./phone'), 'settings', 'phone', 'refusals') },
      { path: 'mail', label: 'settings.mail', icon: IconMail, part: area(() => import('./mail'), 'settings', 'mail', 'mailboxes') },
      { path: 'outbox', label: 'settings.outbox', icon: IconSend, part: area(() => import('./outbox'), 'settings', 'letters') },
      { path: 'push', label: 'settings.push', icon: IconBellRinging, part: area(() => import('./push'), 'settings', 'push') },
    ],
  },
  {
    name: 'settings.section.developers',
    pages: [
      { path: 'keys', label: 'settings.keys', icon: IconKey, part: area(() => import('./keys'), 'settings', 'keys') },
      { path: 'webhooks', label: 'settings.webhooks', icon: IconWebhook, part: area(() => import('./webhooks'), 'settings', 'webhooks') },
    ],
  },
]

/** The first one opens when none is named. */
export const PAGES: Page[] = SECTIONS.flatMap(({ pages }) => pages)
