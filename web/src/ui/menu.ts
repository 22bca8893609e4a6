import type { IconName } from './icons/names'

export interface MenuItem {
  key: string
  label: string
  icon?: IconName
  hint?: string
  danger?: boolean
  disabled?: boolean
  /** Given: the item is one of a set and shows whether it is taken. */
  checked?: boolean
  /** A line above the item. */
  divided?: boolean
}

export interface MenuProps {
  items: readonly MenuItem[]
  label?: string
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
}
