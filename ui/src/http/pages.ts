import { keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { http, type Query } from "./client";

/** One keyset page of a list; routes may add fields beside it (counts, total). */
export interface Page<Row> {
  items: Row[];
  next: string | null;
}

interface PagesOptions {
  key: QueryKey;
  path: string;
  query?: Query | undefined;
  topic?: string | undefined;
  limit?: number;
  enabled?: boolean;
}

/** A growing list: rows of all loaded pages, the first page with its extra fields, and how to get more. */
export function usePages<Row, P extends Page<Row> = Page<Row>>(options: PagesOptions) {
  const { key, path, query, topic, limit = 100, enabled = true } = options;
  const result = useInfiniteQuery({
    queryKey: [...key, query ?? {}],
    queryFn: ({ pageParam, signal }) =>
      http.get<P>(path, { query: { ...query, limit, after: pageParam }, signal, topic }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled,
  });
  const pages = result.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return {
    rows,
    first: pages?.[0],
    isLoading: result.isPending && enabled,
    error: result.error,
    retry: () => void result.refetch(),
    hasMore: result.hasNextPage,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => {
      if (result.hasNextPage && !result.isFetchingNextPage) void result.fetchNextPage();
    },
    isStale: result.isPlaceholderData,
  };
}
