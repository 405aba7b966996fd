using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>The operator's way in: through the running server if there is one, else straight to the database.</summary>
internal interface IOperatorDoor : IDisposable
{
    Task<IReadOnlyList<OperatorKey>> KeysAsync(CancellationToken cancellationToken);

    /// <returns>The key in plain, this once.</returns>
    /// <exception cref="CallerException"><c>invalid_key</c>, <c>scope_exceeds_own</c>.</exception>
    Task<string> CreateKeyAsync(KeyRequest request, CancellationToken cancellationToken);

    /// <param name="word"><c>revoke</c>, <c>disable</c> or <c>enable</c>.</param>
    /// <exception cref="CallerException"><c>key_not_found</c>, <c>key_has_ended</c>.</exception>
    Task<OperatorKey> ChangeKeyAsync(string id, string word, CancellationToken cancellationToken);

    /// <exception cref="CallerException">As for <see cref="KeyStore.RotateAsync"/>.</exception>
    Task<RotatedKey> RotateKeyAsync(string id, CancellationToken cancellationToken);

    /// <returns>The plan that a yes would start, and the question.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, <c>execution_not_found</c>.</exception>
    Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken);

    /// <param name="seen">The question that was shown; null: none was.</param>
    /// <returns>What stands now, in a sentence.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, and what <c>ExecutionGates</c> says.</exception>
    Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken);

    /// <param name="id">Of an execution or a plan; null: what waits and runs.</param>
    /// <returns>A link to its page that logs the operator in, once and for two minutes.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, <c>invalid_id</c>.</exception>
    Task<string> PageAsync(string? id, CancellationToken cancellationToken);

    /// <returns>The execution on one screen.</returns>
    /// <exception cref="CallerException"><c>execution_not_found</c>, <c>plan_not_found</c>.</exception>
    Task<string> TraceAsync(string executionId, CancellationToken cancellationToken);

    /// <returns>Whether the audit holds, in lines; its heads to keep elsewhere.</returns>
    Task<AuditAnswer> VerifyAuditAsync(CancellationToken cancellationToken);

    /// <param name="executionId">Null: of all.</param>
    /// <returns>The newest records first, each the JSON that was hashed.</returns>
    Task<IReadOnlyList<string>> AuditAsync(string? executionId, int limit, CancellationToken cancellationToken);

    /// <param name="isFrozen">False ends a freeze.</param>
    /// <returns>What stands now, in a sentence.</returns>
    /// <exception cref="CallerException"><c>invalid_reason</c>.</exception>
    Task<string> FreezeAsync(bool isFrozen, string? reason, CancellationToken cancellationToken);

    /// <returns>The policy in force and whether changes are frozen.</returns>
    /// <exception cref="CallerException"><c>no_server</c>.</exception>
    Task<string> PolicyAsync(CancellationToken cancellationToken);

    /// <returns>A stored plan as a policy judges it; the tags as AWS shows them now.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, <c>plan_not_found</c>.</exception>
    Task<PlanToJudge> PlanAsync(string planId, CancellationToken cancellationToken);
}

internal static class OperatorDoor
{
    /// <param name="keyFile">Holds the key of who asks; null: the operator asks.</param>
    /// <exception cref="CallerException"><c>no_key</c>, <c>no_server</c>, <c>database_in_use</c>.</exception>
    public static IOperatorDoor Open(LocalFiles files, string? keyFile = null) => (files.Server(), keyFile) switch
    {
        (null, null) => new DatabaseDoor(files),
        (null, _) => throw DatabaseDoor.NoServer(),
        ({ } server, null) => new ServerDoor(new Uri(server.Url), OperatorKeyOf(files)),
        ({ } server, { } path) => new ServerDoor(new Uri(server.Url), KeyIn(path)),
    };

    private static string OperatorKeyOf(LocalFiles files) => files.Keys() is { } keys
        ? keys.Operator
        : throw new CallerException("no_key", $"{files.KeysPath} is missing or cannot be read: it holds the operator's key.");

    private static string KeyIn(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CallerException("no_key", $"{path} cannot be read: {wrong.Message}", cause: wrong);
        }
    }
}

internal sealed class ServerDoor : IOperatorDoor
{
    private readonly HttpClient _http;

    public ServerDoor(Uri server, string key)
    {
        _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(server, "/operator/"), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public async Task<IReadOnlyList<OperatorKey>> KeysAsync(CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Get, "keys", null, OperatorJson.Default.ListOperatorKey, cancellationToken);

    public async Task<string> CreateKeyAsync(KeyRequest request, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(request, OperatorJson.Default.KeyRequest);
        return (await AskAsync(HttpMethod.Post, "keys", body, OperatorJson.Default.MadeKey, cancellationToken)).Key;
    }

    public async Task<OperatorKey> ChangeKeyAsync(string id, string word, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(word), OperatorJson.Default.KeyChange);
        return await AskAsync(HttpMethod.Post, $"keys/{Uri.EscapeDataString(id)}", body, OperatorJson.Default.OperatorKey, cancellationToken);
    }

    public Task<RotatedKey> RotateKeyAsync(string id, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Post, $"keys/{Uri.EscapeDataString(id)}/successor", null, OperatorJson.Default.RotatedKey, cancellationToken);

    public Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Get, $"executions/{Uri.EscapeDataString(executionId)}", null, OperatorJson.Default.Shown, cancellationToken);

    public async Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(approve, seen), OperatorJson.Default.DecisionRequest);
        var path = $"executions/{Uri.EscapeDataString(executionId)}/decision";
        return (await AskAsync(HttpMethod.Post, path, body, OperatorJson.Default.DecisionAnswer, cancellationToken)).Text;
    }

    public async Task<string> PageAsync(string? id, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(id), OperatorJson.Default.PageWish);
        return (await AskAsync(HttpMethod.Post, "page", body, OperatorJson.Default.Shown, cancellationToken)).Text;
    }

    public async Task<string> TraceAsync(string executionId, CancellationToken cancellationToken) => (await AskAsync(
        HttpMethod.Get, $"executions/{Uri.EscapeDataString(executionId)}/trace", null, OperatorJson.Default.Shown, cancellationToken)).Text;

    public Task<AuditAnswer> VerifyAuditAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, "audit/verify", null, OperatorJson.Default.AuditAnswer, cancellationToken);

    public async Task<IReadOnlyList<string>> AuditAsync(string? executionId, int limit, CancellationToken cancellationToken) => await AskAsync(
        HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"audit?limit={limit}&execution={Uri.EscapeDataString(executionId ?? "")}"), null,
        OperatorJson.Default.ListString, cancellationToken);

    public async Task<string> FreezeAsync(bool isFrozen, string? reason, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(isFrozen, reason), OperatorJson.Default.FreezeRequest);
        return (await AskAsync(HttpMethod.Post, "freeze", body, OperatorJson.Default.Shown, cancellationToken)).Text;
    }

    public async Task<string> PolicyAsync(CancellationToken cancellationToken) =>
        (await AskAsync(HttpMethod.Get, "policy", null, OperatorJson.Default.Shown, cancellationToken)).Text;

    public async Task<PlanToJudge> PlanAsync(string planId, CancellationToken cancellationToken) => await AskAsync(
        HttpMethod.Get, $"plans/{Uri.EscapeDataString(planId)}", null, PlanToJudgeJson.Default.PlanToJudge, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, body, cancellationToken);
        return (await answer.Content.ReadFromJsonAsync(type, cancellationToken))!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var answer = await _http.SendAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var refusal = answer.Content.Headers.ContentType?.MediaType == "application/json"
                ? await answer.Content.ReadFromJsonAsync(OperatorJson.Default.OperatorRefusal, cancellationToken)
                : null;
            throw new CallerException(refusal?.Code ?? "no_answer", refusal?.Message ?? $"The server at {_http.BaseAddress} answered {(int)answer.StatusCode}.", refusal?.Problems);
        }
    }
}
