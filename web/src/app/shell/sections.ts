import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import type { IconName } from '@/ui/icons/names'
import { useBadges, type Section } from '../badges'
import { useSession } from '../session'

export interface Entry {
  name: string
  label: string
  icon: IconName
  current: boolean
  count: number
}

interface Place {
  name: Section | 'me'
  key: string
  icon: IconName
}

const citizenPlaces: Place[] = [
  { name: 'chat', key: 'nav.chat', icon: 'chat' },
  { name: 'affairs', key: 'nav.affairs', icon: 'gov' },
]
const staffPlaces: Place[] = [{ name: 'desk', key: 'nav.desk', icon: 'chat' }]

/** The entries of rail and tab bar for whoever is signed in; a section without a page has no entry. */
export function useSections() {
  const { t } = useI18n()
  const router = useRouter()
  const route = useRoute()
  const badges = useBadges()
  const session = useSession()

  function entry(place: Place): Entry {
    return {
      name: place.name,
      label: t(place.key),
      icon: place.icon,
      current: route.matched.some((record) => record.name === place.name) || route.path.startsWith(router.resolve({ name: place.name }).path),
      count: place.name === 'me' ? 0 : badges.counts[place.name],
    }
  }

  const known = (places: Place[]) => places.filter((place) => router.hasRoute(place.name)).map(entry)
  const main = computed(() => known(session.posted ? staffPlaces : session.staff ? [] : citizenPlaces))
  const settings = computed(() => known([{ name: 'me', key: 'nav.settings', icon: 'gear' }])[0])
  const me = computed(() => known([{ name: 'me', key: 'nav.me', icon: 'user' }])[0])
  return { main, settings, me }
}
