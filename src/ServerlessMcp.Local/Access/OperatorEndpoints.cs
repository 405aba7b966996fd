using System.Globalization;
using System.Text.Json;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Local.Access;

/// <summary>
/// What the operator's command line asks a running server, which alone may open the database: keys, decisions at gates, and what is recorded of an execution. On the same
/// loopback port as the endpoint; every request carries a key with the scope <c>admin</c>, or to look at a question and decide it, <c>approve</c>. No tool reaches this.
/// </summary>
internal static class OperatorEndpoints
{
    public static void MapOperator(this WebApplication app)
    {
        app.MapGet("/operator/keys", Guarded(ListAsync));
        app.MapPost("/operator/keys", Guarded(CreateAsync));
        app.MapPost("/operator/keys/{id}", Guarded(ChangeAsync));
        app.MapPost("/operator/keys/{id}/successor", Guarded(RotateAsync));
        app.MapGet("/operator/executions/{id}", Guarded(ShowAsync, Scope.Approve));
        app.MapGet("/operator/executions/{id}/trace", Guarded(TraceAsync));
        app.MapPost("/operator/executions/{id}/decision", Guarded(DecideAsync, Scope.Approve));
        app.MapPost("/operator/page", Guarded(PageAsync));
        app.MapGet("/operator/audit", Guarded(AuditAsync));
        app.MapGet("/operator/audit/verify", Guarded(VerifyAuditAsync));
        app.MapPost("/operator/freeze", Guarded(PolicyEndpoints.FreezeAsync));
        app.MapGet("/operator/policy", Guarded((http, _) => PolicyEndpoints.ShowAsync(http)));
        app.MapGet("/operator/plans/{id}", Guarded(PolicyEndpoints.PlanAsync));
    }

    /// <param name="or">A scope that opens this route too; the operator's own opens all.</param>
    private static RequestDelegate Guarded(Func<HttpContext, Principal, Task> handle, string or = Scope.Admin) => async http =>
    {
        try
        {
            if (await Keys(http).VerifyAsync(KeyIn(http), http.Connection.RemoteIpAddress, http.RequestAborted) is not { } caller || !(caller.May(Scope.Admin) || caller.May(or)))
            {
                await RefuseAsync(http, StatusCodes.Status401Unauthorized, new("unauthorized", "The operator's key is needed here."));
                return;
            }

            await handle(http, caller);
        }
        catch (TableUnavailableException)
        {
            await RefuseAsync(
                http, StatusCodes.Status503ServiceUnavailable,
                new("table_unavailable", "The server's storage does not answer now: nothing was done, or it is not known whether it was. Try again."));
        }
        catch (CallerException wrong)
        {
            await RefuseAsync(http, StatusCodes.Status409Conflict, new(wrong.Code, wrong.Message, wrong.Problems));
        }
        catch (JsonException)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, new("invalid_body", "The body is not the JSON that is expected here."));
        }
    };

    private static async Task ListAsync(HttpContext http, Principal caller)
    {
        var keys = await Keys(http).ListAsync(http.RequestAborted);
        await http.Response.WriteAsJsonAsync([.. keys.Select(key => View(key, http))], OperatorJson.Default.ListOperatorKey, cancellationToken: http.RequestAborted);
    }

    private static async Task CreateAsync(HttpContext http, Principal caller)
    {
        var key = await Keys(http).CreateAsync(await BodyAsync(http, OperatorJson.Default.KeyRequest), caller, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new(key), OperatorJson.Default.MadeKey, cancellationToken: http.RequestAborted);
    }

    private static async Task ChangeAsync(HttpContext http, Principal caller)
    {
        var (id, word) = ((string)http.GetRouteValue("id")!, (await BodyAsync(http, OperatorJson.Default.KeyChange)).Word);
        var changed = word switch
        {
            "revoke" => await Keys(http).RevokeAsync(id, caller, http.RequestAborted),
            "disable" or "enable" => await Keys(http).DisableAsync(id, word == "disable", caller, http.RequestAborted),
            _ => throw new JsonException(),
        };
        await http.Response.WriteAsJsonAsync(View(changed, http), OperatorJson.Default.OperatorKey, cancellationToken: http.RequestAborted);
    }

    private static async Task RotateAsync(HttpContext http, Principal caller)
    {
        var (key, old) = await Keys(http).RotateAsync((string)http.GetRouteValue("id")!, caller, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new(key, View(old, http)), OperatorJson.Default.RotatedKey, cancellationToken: http.RequestAborted);
    }

    /// <summary>What a yes would start, from the stored plan: who decides must not have to believe who asked.</summary>
    private static async Task ShowAsync(HttpContext http, Principal caller)
    {
        var services = http.RequestServices;
        var execution = await services.GetRequiredService<ExecutionStore>().GetAsync((string)http.GetRouteValue("id")!, caller, http.RequestAborted);
        var stored = await services.GetRequiredService<PlanStore>().FindAsync(execution.PlanId, caller, http.RequestAborted)
            ?? throw new CallerException("plan_not_found", $"The plan of execution {execution.ExecutionId} is no longer kept.");
        var plan = PlanText.Render(stored.Plan, stored.Preview);
        var text = execution.Gate is { } gate
            ? string.Join('\n', [.. GateText.Lines(stored.Plan, gate).Select(PlainText.OneLine), "", "The whole plan, with words of its caller and of AWS:", .. plan.TrimEnd().Split('\n').Select(line => $"  | {line}")])
            : plan;
        var asks = execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } open } ? new GateSeen(execution.Hash, open.Number) : null;
        await http.Response.WriteAsJsonAsync(new(Redaction.Text(text), asks), OperatorJson.Default.Shown, cancellationToken: http.RequestAborted);
    }

    private static async Task TraceAsync(HttpContext http, Principal caller)
    {
        var services = http.RequestServices;
        var reader = new TraceReader(services.GetRequiredService<ITable>());
        var text = await reader.ReadAsync((string)http.GetRouteValue("id")!, caller, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new(Redaction.Text(text)), OperatorJson.Default.Shown, cancellationToken: http.RequestAborted);
    }

    private static async Task AuditAsync(HttpContext http, Principal caller)
    {
        var asked = http.Request.Query;
        var records = await AuditReader.ReadAsync(
            http.RequestServices.GetRequiredService<ITable>(), http.RequestServices.GetRequiredService<TimeProvider>(),
            asked["execution"].ToString() is { Length: > 0 } id ? id : null,
            int.TryParse(asked["limit"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : AuditReader.MostRecords,
            http.RequestAborted);
        await http.Response.WriteAsJsonAsync([.. records], OperatorJson.Default.ListString, cancellationToken: http.RequestAborted);
    }

    /// <summary>Logs in with the key of this very request, so that nobody has to put it into a form.</summary>
    private static async Task PageAsync(HttpContext http, Principal caller)
    {
        var id = (await BodyAsync(http, OperatorJson.Default.PageWish)).Id;
        var path = id is null ? "/page"
            : Ids.IsWellFormed(id, "ex") ? $"/page/executions/{id}"
            : Ids.IsWellFormed(id, "pl") ? $"/page/plans/{id}"
            : throw new CallerException("invalid_id", "Expected the id of an execution, ex_..., or of a plan, pl_...");
        var services = http.RequestServices;
        var code = await services.GetRequiredService<PageCodes>().MakeAsync(KeyStore.IdOf(KeyIn(http)), http.RequestAborted);
        var link = new Uri(services.GetRequiredService<PageAddress>().Origin!, $"/page/enter?code={code}&to={path}");
        await http.Response.WriteAsJsonAsync(new(link.ToString()), OperatorJson.Default.Shown, cancellationToken: http.RequestAborted);
    }

    private static async Task VerifyAuditAsync(HttpContext http, Principal caller)
    {
        var answer = await AuditReader.VerifyAsync(
            http.RequestServices.GetRequiredService<ITable>(), http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted);
        await http.Response.WriteAsJsonAsync(answer, OperatorJson.Default.AuditAnswer, cancellationToken: http.RequestAborted);
    }

    private static async Task DecideAsync(HttpContext http, Principal caller)
    {
        var said = await BodyAsync(http, OperatorJson.Default.DecisionRequest);
        var wanted = said.Approve ? GateDecision.Approve : GateDecision.Deny;
        var id = (string)http.GetRouteValue("id")!;
        var record = await http.RequestServices.GetRequiredService<ExecutionGates>().DecideAsync(id, wanted, caller, said.Seen, http.RequestAborted);
        var word = record.Decision switch
        {
            GateDecision.Approve => "confirmed",
            GateDecision.Deny => "denied",
            GateDecision.Cancel => "cancelled",
            _ => "expired",
        };
        var text = record.Decision == wanted ? $"Execution {id} is {word}." : $"Another decision was first: execution {id} is {word} (by {record.By}, {record.At:u}).";
        await http.Response.WriteAsJsonAsync(new(text), OperatorJson.Default.DecisionAnswer, cancellationToken: http.RequestAborted);
    }

    private static string KeyIn(HttpContext http) =>
        http.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : "";

    private static KeyStore Keys(HttpContext http) => http.RequestServices.GetRequiredService<KeyStore>();

    private static OperatorKey View(KeyRecord key, HttpContext http) =>
        OperatorKey.Of(key, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());

    internal static async Task<T> BodyAsync<T>(HttpContext http, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) ?? throw new JsonException();

    private static Task RefuseAsync(HttpContext http, int status, OperatorRefusal refusal)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(refusal, OperatorJson.Default.OperatorRefusal, cancellationToken: http.RequestAborted);
    }
}
