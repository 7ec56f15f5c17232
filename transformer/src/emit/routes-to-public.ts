// Routes and their types in → the routes that others may call, and the same as those are to see them, without what is marked `@internal`, out.
import type { AnyRouteModel } from '../model/route-model.ts'
import { mapModels } from '../model/route-models.ts'
import type { NamedType, ObjectModel, TypeGraph, TypeModel } from '../model/type-model.ts'
import { createTypes, reachedTypes } from './type-facts.ts'

export interface PublicRoutes {
  /** Whole: the code that reads answers needs all that comes. */
  readonly routes: readonly AnyRouteModel[]
  readonly shown: { readonly routes: readonly AnyRouteModel[]; readonly graph: TypeGraph }
}

/** A required property of what callers send stays: they could not call without it. Its comment goes. */
export function routesToPublic(all: readonly AnyRouteModel[], graph: TypeGraph): PublicRoutes {
  const routes = all.filter(({ internal }) => !internal)
  const sent = new Set(reachedTypes(routes.flatMap(inputsOf), createTypes(graph)).map(({ id }) => id))
  const named = (type: NamedType): NamedType => ({
    ...type,
    model: withoutInternal(type.model, sent.has(type.id)),
  })
  const inputs = new Set(routes.flatMap(inputsOf))
  return {
    routes,
    shown: {
      routes: routes.map(route => mapModels(route, model => withoutInternal(model, inputs.has(model)))),
      graph: new Map([...graph].map(([id, type]) => [id, named(type)])),
    },
  }
}

function inputsOf(route: AnyRouteModel): TypeModel[] {
  if (route.output !== 'socket') return route.args ? [route.args.model] : []
  const calls = [route.request, route.subscribe]
  const variants = calls.flatMap(call => call?.variants?.groups ?? []).flatMap(({ inputs }) => inputs)
  return [route.message, ...calls.map(call => call?.input), ...variants.map(({ model }) => model)].filter(
    model => model !== undefined,
  )
}

function withoutInternal(model: TypeModel, isSent: boolean): TypeModel {
  const inner = (part: TypeModel) => withoutInternal(part, isSent)
  const item = (part: { readonly model: TypeModel }) => ({ ...part, model: inner(part.model) })
  switch (model.kind) {
    case 'array':
    case 'set':
      return { ...model, item: inner(model.item) }
    case 'map':
      return { ...model, key: inner(model.key), value: inner(model.value) }
    case 'tuple':
      return {
        ...model,
        items: model.items.map(item),
        ...(model.rest ? { rest: inner(model.rest) } : {}),
        ...(model.trailing ? { trailing: model.trailing.map(item) } : {}),
      }
    case 'object':
      return publicObject(model, isSent)
    case 'union':
      return { ...model, members: model.members.map(inner) }
    default:
      return model
  }
}

function publicObject({ properties, index, ...model }: ObjectModel, isSent: boolean): ObjectModel {
  const stays = properties.filter(({ internal, optional }) => !internal || (isSent && !optional))
  return {
    ...model,
    properties: stays.map(it => ({ ...it, model: withoutInternal(it.model, isSent) })),
    ...(index ? { index: withoutInternal(index, isSent) } : {}),
  }
}
