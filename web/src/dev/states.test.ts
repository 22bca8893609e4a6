import { flushPromises, mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import StatesPage from './StatesPage.vue'

it('draws every component in every state without a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: StatesPage }] })
  const page = mount(StatesPage, { global: { plugins: [router] }, attachTo: document.body })
  await flushPromises()
  for (const words of ['发送中…', '已保存', '已读 10:06', '没发出去', '您撤回了一条消息', '查看原文', '已超 2 个工作日', '今天 17:30 到期']) expect(page.text()).toContain(words)
  expect(warn.mock.calls).toEqual([])
  page.unmount()
})
