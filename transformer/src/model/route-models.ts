// A route in → the types that it sends and takes, and the route with each of them replaced, out.
import type { AnswerModel, AnyRouteModel, CallModel, RouteModel, SocketModel } from './route-model.ts'
import type { TypeModel } from './type-model.ts'

type Map = (model: TypeModel) => TypeModel

/** Every type that crosses the wire. A type may be listed several times. */
export function modelsOf(route: AnyRouteModel): TypeModel[] {
  const models: TypeModel[] = []
  mapModels(route, model => {
    models.push(model)
    return model
  })
  return models
}

export function mapModels<Route extends AnyRouteModel>(route: Route, map: Map): Route
export function mapModels(route: AnyRouteModel, map: Map): AnyRouteModel {
  return route.output === 'socket' ? mapSocket(route, map) : mapRoute(route, map)
}

function mapRoute(route: RouteModel, map: Map): RouteModel {
  const { args } = route
  return {
    ...route,
    ...(args ? { args: { ...args, model: map(args.model) } } : {}),
    ...mapAnswer(route, map),
  }
}

function mapSocket(socket: SocketModel, map: Map): SocketModel {
  const { message, request, subscribe } = socket
  return {
    ...socket,
    ...(message ? { message: map(message) } : {}),
    ...(request ? { request: mapCall(request, map) } : {}),
    ...(subscribe ? { subscribe: mapCall(subscribe, map) } : {}),
  }
}

function mapCall(call: CallModel, map: Map): CallModel {
  const { input, variants } = call
  const groups = variants?.groups.map(group => ({
    ...group,
    inputs: group.inputs.map(it => ({ ...it, model: map(it.model) })),
    ...mapAnswer(group, map),
  }))
  return {
    input: map(input),
    ...mapAnswer(call, map),
    ...(variants && groups ? { variants: { key: variants.key, groups } } : {}),
  }
}

function mapAnswer({ result, returns }: AnswerModel, map: Map): AnswerModel {
  return { ...(result ? { result: map(result) } : {}), ...(returns ? { returns: map(returns) } : {}) }
}
