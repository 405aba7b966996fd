using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServerlessMcp.Server.Pages;

/// <summary>The pages that people decide by. Nothing of them is made before the first request for one.</summary>
internal static class PageRoutes
{
    public static void AddPages(this IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(new PageAddress(() => options.Jwt?.Resource));
        services.AddSingleton<PageLinks>();
        services.AddSingleton<PageSessions>();
        services.AddSingleton<PageCodes>();
        services.AddSingleton<PageGate>();
        services.AddSingleton<PageEntry>();
        services.AddSingleton<ExecutionLooks>();
        services.AddSingleton<ExecutionPage>();
        services.AddSingleton<PlanPage>();
        services.AddSingleton<OverviewPage>();
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPageAssets();
        routes.Get("/page", (gate, http) => gate.GetAsync(http, Of<OverviewPage>(http).ShowAsync));
        routes.Get("/page/executions/{id}", (gate, http) => gate.GetAsync(http, Of<ExecutionPage>(http).ShowAsync));
        routes.Get("/page/executions/{id}/live", (gate, http) => gate.GetAsync(http, Of<ExecutionPage>(http).LiveAsync));
        routes.Post("/page/executions/{id}/decision", (gate, http) => gate.PostAsync(http, Of<ExecutionPage>(http).DecideAsync));
        routes.Post("/page/executions/{id}/cancel", (gate, http) => gate.PostAsync(http, Of<ExecutionPage>(http).CancelAsync));
        routes.Post("/page/executions/{id}/undo", (gate, http) => gate.PostAsync(http, Of<ExecutionPage>(http).UndoAsync));
        routes.Get("/page/plans/{id}", (gate, http) => gate.GetAsync(http, Of<PlanPage>(http).ShowAsync));
        routes.Post("/page/plans/{id}/start", (gate, http) => gate.PostAsync(http, Of<PlanPage>(http).StartAsync));
        routes.Get("/page/login", (gate, http) => gate.GetByAnybodyAsync(http, Of<PageEntry>(http).ShowAsync));
        routes.Post("/page/login", (gate, http) => gate.PostByAnybodyAsync(http, Of<PageEntry>(http).LogInAsync));
        routes.Get("/page/enter", (gate, http) => gate.GetByAnybodyAsync(http, Of<PageEntry>(http).EnterAsync));
        routes.Post("/page/logout", (gate, http) => gate.PostAsync(http, PageEntry.LogOutAsync));
    }

    private static void Get(this IEndpointRouteBuilder routes, string path, Func<PageGate, HttpContext, Task> answer) =>
        routes.MapGet(path, (RequestDelegate)(http => answer(Of<PageGate>(http), http)));

    private static void Post(this IEndpointRouteBuilder routes, string path, Func<PageGate, HttpContext, Task> answer) =>
        routes.MapPost(path, (RequestDelegate)(http => answer(Of<PageGate>(http), http)));

    private static T Of<T>(HttpContext http)
        where T : class => http.RequestServices.GetRequiredService<T>();
}
