using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>The operator's way in: through the running server if there is one, else straight to the database.</summary>
internal interface IOperatorDoor : IDisposable
{
    Task<IReadOnlyList<OperatorKey>> KeysAsync(CancellationToken cancellationToken);

    /// <returns>The key in plain, this once.</returns>
    Task<string> CreateKeyAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken);

    Task RevokeKeyAsync(string id, CancellationToken cancellationToken);

    /// <returns>The plan that a yes would start, and the question.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, <c>execution_not_found</c>.</exception>
    Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken);

    /// <param name="seen">The question that was shown; null: none was.</param>
    /// <returns>What stands now, in a sentence.</returns>
    /// <exception cref="CallerException"><c>no_server</c>, and what <c>ExecutionGates</c> says.</exception>
    Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken);

    /// <returns>The execution on one screen.</returns>
    /// <exception cref="CallerException"><c>execution_not_found</c>, <c>plan_not_found</c>.</exception>
    Task<string> TraceAsync(string executionId, CancellationToken cancellationToken);
}

internal static class OperatorDoor
{
    /// <exception cref="CallerException"><c>no_key</c>, <c>database_in_use</c>.</exception>
    public static IOperatorDoor Open(LocalFiles files) => files.Server() is not { } server
        ? new DatabaseDoor(files)
        : files.Keys() is { } keys
            ? new ServerDoor(new Uri(server.Url), keys.Operator)
            : throw new CallerException("no_key", $"{files.KeysPath} is missing or cannot be read: it holds the operator's key.");
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

    public async Task<string> CreateKeyAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(name, scopes), OperatorJson.Default.NewKey);
        return (await AskAsync(HttpMethod.Post, "keys", body, OperatorJson.Default.MadeKey, cancellationToken)).Key;
    }

    public async Task RevokeKeyAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Delete, $"keys/{Uri.EscapeDataString(id)}", null, cancellationToken);
    }

    public Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Get, $"executions/{Uri.EscapeDataString(executionId)}", null, OperatorJson.Default.Shown, cancellationToken);

    public async Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new(approve, seen), OperatorJson.Default.DecisionRequest);
        var path = $"executions/{Uri.EscapeDataString(executionId)}/decision";
        return (await AskAsync(HttpMethod.Post, path, body, OperatorJson.Default.DecisionAnswer, cancellationToken)).Text;
    }

    public async Task<string> TraceAsync(string executionId, CancellationToken cancellationToken) => (await AskAsync(
        HttpMethod.Get, $"executions/{Uri.EscapeDataString(executionId)}/trace", null, OperatorJson.Default.Shown, cancellationToken)).Text;

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
            throw new CallerException(refusal?.Code ?? "no_answer", refusal?.Message ?? $"The server at {_http.BaseAddress} answered {(int)answer.StatusCode}.");
        }
    }
}

internal sealed class DatabaseDoor : IOperatorDoor
{
    private static readonly Principal Operator = new("operator", "operator", Scope.All.ToHashSet(StringComparer.Ordinal));

    private readonly LocalDatabase _database;
    private readonly SqliteTable _table;
    private readonly KeyStore _keys;

    public DatabaseDoor(LocalFiles files)
    {
        _database = new(files.Database);
        _table = new(_database, TimeProvider.System);
        _keys = new(_table, TimeProvider.System);
    }

    public async Task<IReadOnlyList<OperatorKey>> KeysAsync(CancellationToken cancellationToken) =>
        [.. (await _keys.ListAsync(cancellationToken)).Select(OperatorEndpoints.Shown)];

    public Task<string> CreateKeyAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken) =>
        _keys.CreateAsync(name, scopes, cancellationToken);

    public Task RevokeKeyAsync(string id, CancellationToken cancellationToken) => _keys.RevokeAsync(id, cancellationToken);

    public Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken) => throw NoServer();

    public Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken) => throw NoServer();

    public Task<string> TraceAsync(string executionId, CancellationToken cancellationToken) =>
        new TraceReader(_table, TimeProvider.System).ReadAsync(executionId, Operator, cancellationToken);

    public void Dispose() => _database.Dispose();

    private static CallerException NoServer() =>
        new("no_server", "No server runs on this data folder, so nothing would go on: start it with 'smcp serve', then decide.");
}
