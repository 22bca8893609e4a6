import { computed, ref } from 'vue'
import { ApiError } from '@/api/http'
import { useErrorWords } from '@/app/words'

/** Errors of a form by field, the summary over them, and whether it is on its way. */
export function useForm<F extends string>(ids: Record<F, string>) {
  const wordsOf = useErrorWords()
  const fields = ref<Partial<Record<F, string>>>({})
  const general = ref('')
  const busy = ref(false)
  const names = Object.keys(ids) as F[]

  const summary = computed(() => [
    ...names.filter((name) => (fields.value as Partial<Record<F, string>>)[name]).map((name) => ({ id: ids[name], text: (fields.value as Record<F, string>)[name] })),
    ...(general.value ? [{ text: general.value }] : []),
  ])

  /** Shows what is wrong before anything is sent; false when there is something. */
  function check(found: Partial<Record<F, string | undefined>>): boolean {
    general.value = ''
    fields.value = Object.fromEntries(Object.entries(found).filter(([, text]) => text)) as never
    return names.every((name) => !found[name])
  }

  /** Runs the request; a refusal is put beside the fields it names. */
  async function send(request: () => Promise<void>): Promise<boolean> {
    busy.value = true
    try {
      await request()
      return true
    } catch (cause) {
      take(cause)
      return false
    } finally {
      busy.value = false
    }
  }

  function take(cause: unknown): void {
    const told = cause instanceof ApiError ? cause.fields : {}
    const known = names.filter((name) => told[name])
    fields.value = Object.fromEntries(known.map((name) => [name, told[name]])) as never
    general.value = known.length ? '' : wordsOf(cause)
  }

  return { fields, general, busy, summary, check, send }
}
