import { useOfficeName } from '@/app/words'
import { useBoard } from './board'

type Named = { key?: string; name?: string; short_name?: string; english?: string; english_short?: string } | null | undefined

/** What a desk is called here: as citizens say it, shorter still under its square. Entries name it by key and full name. */
export function useDeskNames() {
  const nameOf = useOfficeName()
  const board = useBoard()

  function short(desk: Named): string {
    const known = board.offices.get(desk?.key ?? '')
    return nameOf({ name: '', ...desk, ...known }, true)
  }

  /** The province is understood. */
  function tile(desk: Named): string {
    return short(desk).replace(PROVINCE, '')
  }

  return { short, tile }
}

const PROVINCE = /^\u7701(?=.{2})/
