import { QueryCache, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { SessionDocument } from '../api/documents.ts';
import { ApiFailure, get } from './api/client.ts';
import { DeskPage } from './desk/desk-page.tsx';
import { Empty, Problem, Rows } from './parts/states.tsx';
import { Layout } from './shell/layout.tsx';
import { linkTo, useLocation } from './shell/router.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';

const PortfolioPage = lazy(() =>
  import('./portfolio/portfolio-page.tsx').then((page) => ({ default: page.PortfolioPage })),
);
const DecisionsPage = lazy(() =>
  import('./decisions/decisions-page.tsx').then((page) => ({ default: page.DecisionsPage })),
);
const DecisionPage = lazy(() =>
  import('./decisions/decision-page.tsx').then((page) => ({ default: page.DecisionPage })),
);
const SettingsPage = lazy(() =>
  import('./settings/settings-page.tsx').then((page) => ({ default: page.SettingsPage })),
);

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended elsewhere: ask again who is signed in, which shows the way back.
    onError: (failure) => {
      if (failure instanceof ApiFailure && failure.status === 401)
        void client.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, failure) =>
        count < 2 && !(failure instanceof ApiFailure && failure.status >= 400 && failure.status < 500),
    },
  },
});

export const App = () => (
  <QueryClientProvider client={client}>
    <Gate />
  </QueryClientProvider>
);

/** Signed in or not decides everything else. */
function Gate() {
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => get<SessionDocument>('/api/auth/me'),
    staleTime: 60_000,
  });
  if (session.isPending) return <div className="min-h-dvh" />;
  if (session.isError) {
    return (
      <div className="mx-auto max-w-md p-6">
        <Problem failure={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  if (!session.data.signedIn) return <SignInPage session={session.data} />;
  return (
    <Layout>
      <Suspense fallback={<Rows count={6} />}>
        <Page />
      </Suspense>
    </Layout>
  );
}

function Page() {
  const path = useLocation().split('?')[0]!;
  if (path === '/' || path === '/sign-in') return <DeskPage />;
  if (path === '/portfolio') return <PortfolioPage />;
  if (path === '/decisions') return <DecisionsPage />;
  if (path.startsWith('/decisions/')) return <DecisionPage id={decodeURIComponent(path.slice('/decisions/'.length))} />;
  if (path === '/settings') return <SettingsPage />;
  return (
    <Empty
      title="There is no such page"
      action={
        <a {...linkTo('/')} className="text-accent underline">
          Back to the desk
        </a>
      }
    />
  );
}
