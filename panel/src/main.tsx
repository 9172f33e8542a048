// First: what the styles of our own parts say must win over these.
import './styles.css'

import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './app'
import { holdVersion } from './installed/early'
import { Boundary } from './parts/boundary'
import { theme, variables } from './theme'
import { WordsProvider } from './words/words'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The socket says what changed, and every new connection asks again: time alone makes nothing stale.
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: false,
      // Our own link tells whether there is a network to the hub; the browser's guess must not hold queries back.
      networkMode: 'always',
    },
  },
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <Notifications position="bottom-left" />
      <WordsProvider>
        <QueryClientProvider client={queries}>
          <BrowserRouter basename="/panel">
            <Boundary>
              <App />
            </Boundary>
          </BrowserRouter>
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>
  </StrictMode>,
)

// Not while developing: a kept shell would hide every change.
if (import.meta.env.PROD) {
  navigator.serviceWorker?.register('/panel/sw.js').catch(() => {})
  holdVersion()
}
