import { useCrm } from '../deals/data'
import type { Form } from '../forms/types'
import type { Attribute } from '../people/types'
import type { Views } from '../people/views-data'
import { isTree } from '../segments/tree'
import type { Part, Segment, Tree } from '../segments/types'

export type Subject = 'contact' | 'company' | 'deal' | 'activity' | 'product'

/** Names of what rests on an attribute. */
export type Uses = { segments: string[]; forms: string[]; views: string[] }

const partsOf = (tree: Tree): Part[] => Object.values(tree).flat() as Part[]

/** Whether any condition of a tree asks for the attribute, by its `std` or by its name. */
function asks(part: Part | null, { std, name }: Attribute): boolean {
  if (!part) return false
  if (isTree(part)) return partsOf(part).some((each) => asks(each, { std, name } as Attribute))
  const asked = String((part as Record<string, unknown>).attribute ?? '').toLowerCase()
  return asked === std.toLowerCase() || asked === name.toLowerCase()
}

/** What asks for an attribute, fills it or shows it: segments, and of people also forms and saved views. Undefined until all is known. */
export function useUses(subject: Subject, attribute: Attribute): { uses: Uses | undefined; failed: boolean } {
  const segmented = subject === 'contact' || subject === 'company'
  const people = subject === 'contact'
  const segments = useCrm<{ segments: Segment[] }>(['names', 'segments'], 'segments', segmented)
  const forms = useCrm<Form[]>(['forms'], 'forms', people)
  const views = useCrm<Views>(['views'], 'views', people)
  const known = (!segmented || segments.data) && (!people || (forms.data && views.data))
  const failed = segments.isError || forms.isError || views.isError
  if (!known) return { uses: undefined, failed }
  const named = (all: { name: string }[]) => all.map(({ name }) => name)
  return {
    failed: false,
    uses: {
      segments: segmented ? named(segments.data!.segments.filter((one) => one.subject === subject && asks(one.where, attribute))) : [],
      forms: people ? named(forms.data!.filter(({ fields }) => fields.some((field) => field.attribute === attribute.std))) : [],
      views: people ? named(views.data!.views.filter(({ where, columns }) => columns?.includes(`own.${attribute.std}`) || asks(where, attribute))) : [],
    },
  }
}
