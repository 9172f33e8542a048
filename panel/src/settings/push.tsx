import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { PushSetting } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import { Here } from './push-here'
import css from './settings.module.css'
import { Sheet } from './sheet'

const SETTING = ['push', 'setting']
const LARGEST = 20_000

/** Push messages: in one's own browsers, and for the owner those to visitors and to mobile applications. */
export default function Push() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: SETTING, queryFn: ({ signal }) => live.rest<PushSetting>('GET', 'push/setting', undefined, signal), enabled: online, staleTime: 10_000, retry: false })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.push')} why={t('push.why')}>
      <Here />
      {forbidden && <p className={css.note} role="status">{t('push.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Contacts setting={data} />}
      {data && <Firebase setting={data} />}
    </Sheet>
  )
}

function useChange() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  return async (change: object) => {
    queries.setQueryData(SETTING, await live.rest<PushSetting>('PATCH', 'push/setting', change))
    notifications.show({ withBorder: true, message: t('push.saved'), closeButtonProps: { 'aria-label': t('close') } })
  }
}

function Contacts({ setting }: { setting: PushSetting }) {
  const { t } = useWords()
  const change = useChange()
  const queries = useQueryClient()
  const [failed, setFailed] = useState(false)
  const set = (name: 'visitors' | 'preview') => (on: boolean) => {
    setFailed(false)
    // At once, and as it was where the server says no.
    queries.setQueryData(SETTING, { ...setting, [name]: on })
    change({ [name]: on }).catch(() => {
      queries.setQueryData(SETTING, setting)
      setFailed(true)
    })
  }
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('push.contacts')}</h3>
      <div className={css.rows}>
        <Tick on={setting.visitors} set={set('visitors')} label={t('push.visitors')} what={t('push.visitorsWhat')} />
        <Tick on={setting.preview} set={set('preview')} label={t('push.preview')} what={t('push.previewWhat')} />
      </div>
      {setting.visitors && (
        <div className={css.lines}>
          <p className={css.note}>{t('push.workerWhat')}</p>
          <p><code className={own.code}>{`importScripts('${location.origin}/push-worker.js')`}</code></p>
        </div>
      )}
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
    </section>
  )
}

function Tick({ on, set, label, what }: { on: boolean; set: (on: boolean) => void; label: string; what: string }) {
  return (
    <div className={css.row}>
      <label className={own.rule}>
        <input type="checkbox" className={own.check} checked={on} onChange={(event) => set(event.currentTarget.checked)} />
        <span className={css.lines}><strong>{label}</strong><span className={css.more}>{what}</span></span>
      </label>
    </div>
  )
}

/** The service account of a Firebase project. Its key file is sent to the server and never comes back. */
function Firebase({ setting }: { setting: PushSetting }) {
  const { t } = useWords()
  const change = useChange()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string>()
  const [leaving, setLeaving] = useState(false)
  const doing = async (fcm: () => Promise<string | null>) => {
    setBusy(true)
    setFailed(undefined)
    try {
      await change({ fcm: await fcm() })
      setLeaving(false)
    } catch (error) {
      setFailed(error instanceof RestError && error.status === 400 ? t('push.badFile') : t('failed.action'))
    } finally {
      setBusy(false)
      if (input.current) input.current.value = ''
    }
  }
  const take = (file: File | undefined) => {
    if (!file) return
    if (file.size > LARGEST) return setFailed(t('push.badFile'))
    void doing(() => file.text())
  }
  const { fcm, problem } = setting
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('push.firebase')}</h3>
      <p className={css.note}>{t('push.firebaseWhat')}</p>
      {fcm && (
        <div className={css.rows}>
          <div className={css.row}>
            <span className={css.lines}>
              <strong>{fcm.project}</strong>
              <span className={css.more}>{fcm.email}</span>
              {problem && <span className={own.error} role="alert">{t('push.problem')} <code className={own.code}>{problem}</code></span>}
            </span>
          </div>
        </div>
      )}
      <input ref={input} type="file" accept=".json,application/json" hidden aria-label={t('push.upload')} onChange={(event) => take(event.currentTarget.files?.[0])} />
      {leaving
        ? (
          <div role="group" aria-label={t('push.forgetSure')} className={css.lines}>
            <p>{t('push.forgetSure')}</p>
            <div className={css.members}>
              <Button color="red" loading={busy} onClick={() => void doing(async () => null)}>{t('push.forget')}</Button>
              <Button variant="default" autoFocus onClick={() => setLeaving(false)}>{t('cancel')}</Button>
            </div>
          </div>
        )
        : (
          <div className={css.members}>
            <Button variant="default" loading={busy} onClick={() => input.current?.click()}>{t(fcm ? 'push.uploadOther' : 'push.upload')}</Button>
            {fcm && <Button variant="subtle" color="red" onClick={() => setLeaving(true)}>{t('push.forget')}</Button>}
          </div>
        )}
      {failed && <p className={own.error} role="alert">{failed}</p>}
    </section>
  )
}
