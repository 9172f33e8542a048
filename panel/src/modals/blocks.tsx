import { ActionIcon, Button } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPhotoUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import forms from '../forms/forms.module.css'
import { Said } from '../forms/said'
import type { Form } from '../forms/types'
import { useLive } from '../live/context'
import { upload } from '../live/uploads'
import { Select, Text } from '../people/fields'
import { useWords, type Language } from '../words/words'
import { refusal } from '../words/refusals'
import { IN_MESSAGES, KINDS, MOST_BUTTONS, newBlock } from './draft'
import css from './modals.module.css'
import type { Block, Draft, Picture } from './types'

type Props = {
  draft: Draft; language: Language; pictures: Record<number, Picture>
  write: (blocks: Block[]) => void; keep: (picture: Picture) => void
}

/** What it says, part by part, in their order. */
export function Blocks({ draft, language, pictures, write, keep }: Props) {
  const { t } = useWords()
  const { blocks, kind } = draft
  const isMessage = kind === 'message'
  const full = (one: Block['kind']) => {
    const count = blocks.filter((block) => block.kind === one).length
    return one === 'button' ? count >= MOST_BUTTONS : isMessage && count >= 1
  }
  const offers = KINDS.filter((one) => (!isMessage || IN_MESSAGES.includes(one)) && !full(one))
  const move = (from: number, to: number) => {
    const next = [...blocks]
    next.splice(to, 0, ...next.splice(from, 1))
    write(next)
  }
  return (
    <section className={forms.labelled} aria-label={t('modal.blocks')}>
      <span className={forms.label}>{t('modal.blocks')}</span>
      <ol className={css.blocks}>
        {blocks.map((block, place) => {
          const name = `${t(`modal.block.${block.kind}`)} ${place + 1}`
          return (
            <li key={place} className={css.block} aria-label={name}>
              <div className={css.blockHead}>
                <h4>{t(`modal.block.${block.kind}`)}</h4>
                <ActionIcon disabled={!place} onClick={() => move(place, place - 1)} aria-label={t('modal.up', { name })}><IconArrowUp size={16} /></ActionIcon>
                <ActionIcon disabled={place === blocks.length - 1} onClick={() => move(place, place + 1)} aria-label={t('modal.down', { name })}><IconArrowDown size={16} /></ActionIcon>
                <ActionIcon onClick={() => write(blocks.toSpliced(place, 1))} aria-label={t('modal.remove', { name })}><IconTrash size={16} /></ActionIcon>
              </div>
              <BlockFields block={block} isMessage={isMessage} language={language} pictures={pictures} keep={keep} change={(part) => write(blocks.with(place, { ...block, ...part }))} />
            </li>
          )
        })}
      </ol>
      <div className={css.adds}>
        {offers.map((one) => (
          <Button key={one} size="compact-md" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => write([...blocks, newBlock(one)])}>
            {t(`modal.block.${one}`)}
          </Button>
        ))}
      </div>
    </section>
  )
}

type FieldsProps = { block: Block; isMessage: boolean; language: Language; pictures: Record<number, Picture>; keep: (picture: Picture) => void; change: (part: Partial<Block>) => void }

const ACTS = ['link', 'chat', 'reply', 'close'] as const

function BlockFields(props: FieldsProps) {
  const { block, isMessage, language, change } = props
  const { t } = useWords()
  const words = (label: string, long = false) => <Said label={label} text={block.text} language={language} write={(text) => change({ text })} long={long} />
  if (block.kind === 'heading') return words(t('modal.words'))
  if (block.kind === 'text') return <>{words(t('modal.words'), true)}<span className={forms.hint}>{t(isMessage ? 'modal.messageHint' : 'modal.textHint')}</span></>
  if (block.kind === 'image') return <><ImageFields {...props} />{words(t('modal.alt'))}</>
  if (block.kind === 'form') return <FormField {...props} />
  return (
    <>
      {words(t('modal.label'))}
      <label className={forms.labelled}><span>{t('modal.act')}</span>
        <Select label={t('modal.act')} value={block.act} pick={(act) => change({ act: act as Block['act'] })}>
          {ACTS.filter((act) => !isMessage || act === 'link' || act === 'reply').map((act) => <option key={act} value={act}>{t(`modal.act.${act}`)}</option>)}
        </Select></label>
      {block.act === 'link' && <label className={forms.labelled}><span>{t('modal.url')}</span><Text label={t('modal.url')} type="url" placeholder="https://" value={block.url} write={(url) => change({ url })} maxLength={2000} /></label>}
      {block.act === 'reply' && <Said label={t('modal.reply')} text={block.reply} language={language} write={(reply) => change({ reply })} />}
    </>
  )
}

function ImageFields({ block, pictures, keep, change }: FieldsProps) {
  const { t } = useWords()
  const live = useLive()
  const picker = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const take = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setProblem('')
    try {
      const picture = await upload(live.link, { name: file.name, type: file.type, size: file.size, blob: file }, () => {})
      keep(picture as Picture)
      change({ file: picture.id, url: '' })
    } catch (error) {
      setProblem(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  const picture = block.file ? pictures[block.file] : undefined
  return (
    <>
      <div className={css.media}>
        {(picture || block.url) && <img className={css.thumb} src={picture?.thumbnail ?? picture?.url ?? block.url} alt="" />}
        <Button size="compact-md" variant="default" loading={busy} leftSection={<IconPhotoUp size={16} />} onClick={() => picker.current?.click()}>{t(block.file ? 'modal.otherPicture' : 'modal.upload')}</Button>
        <input ref={picker} type="file" hidden accept="image/png,image/jpeg,image/webp,image/gif" aria-label={t('modal.upload')} onChange={(event) => {
          void take(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }} />
      </div>
      {problem && <p className={forms.error} role="alert">{problem}</p>}
      {!block.file && <label className={forms.labelled}><span>{t('modal.pictureUrl')}</span><Text label={t('modal.pictureUrl')} type="url" placeholder="https://" value={block.url} write={(url) => change({ url })} maxLength={2000} /></label>}
    </>
  )
}

function FormField({ block, change }: FieldsProps) {
  const { t } = useWords()
  const live = useLive()
  const { data } = useQuery({ queryKey: ['forms'], queryFn: () => live.rest<Form[]>('GET', 'forms') })
  return (
    <label className={forms.labelled}><span>{t('modal.block.form')}</span>
      <Select label={t('modal.block.form')} value={block.form ?? ''} pick={(id) => change({ form: Number(id) || null, text: { en: data?.find((form) => form.id === Number(id))?.name ?? '' } })}>
        <option value="">{t('modal.chooseForm')}</option>
        {data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select></label>
  )
}
