import { computed, useId } from 'vue'

export interface FieldProps {
  label: string
  hint?: string
  error?: string
  id?: string
}

/** Ids that tie a control to its label, its hint and its error. */
export function useField(props: FieldProps) {
  const made = useId()
  const id = computed(() => props.id ?? made)
  const hintId = computed(() => `${id.value}-hint`)
  const errorId = computed(() => `${id.value}-error`)
  const describedBy = computed(() => {
    const ids = [props.error && errorId.value, props.hint && hintId.value].filter(Boolean)
    return ids.length ? ids.join(' ') : undefined
  })
  return { id, hintId, errorId, describedBy }
}
