using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Protocols;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi;

/// <summary>Calls any operation of the catalogue, for planners through <see cref="IAwsReads"/> and for the worker through <see cref="IAwsChanges"/>.</summary>
/// <remarks>One for the whole process; thread safe.</remarks>
public sealed partial class AwsClient : IAwsReads, IAwsChanges, IAwsPresigner, IDisposable
{
    private const int ReadRetries = 2;

    private readonly AwsCatalog _catalog;
    private readonly AwsClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Transport _readTransport;
    private readonly Transport _changeTransport;
    private readonly CredentialSource _credentials;
    private readonly AccountCheck _accounts;
    private readonly Dictionary<string, RoleKeys> _targets;
    private readonly StepSessions _sessions;
    private readonly BucketRegions _buckets = new();
    private readonly ConcurrentDictionary<ClientKey, Lazy<ServiceClient>> _clients = new();

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public AwsClient(AwsCatalog catalog, AwsClientOptions options, TimeProvider time)
    {
        options.Check();
        _catalog = catalog;
        _options = options;
        _time = time;
        _readTransport = new Transport(options, isForChanges: false);
        _changeTransport = new Transport(options, isForChanges: true);
        _credentials = new CredentialSource(options, AssumeRoleAsync, time);
        _accounts = new AccountCheck(time);
        _targets = options.Targets.ToDictionary(target => target.Account, target => TargetRole.Keys(target, AssumeOwnAsync, time));
        _sessions = new StepSessions(options, AssumeOwnAsync, Forget, time);
    }

    public async Task<AwsResult> ReadAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        var result = await ReadWholeAsync(target, service, operation, parameters, cancellationToken);
        return Shown(service, operation, result);
    }

    public async IAsyncEnumerable<AwsResult> PagesAsync(
        AwsTarget target,
        string service,
        string operation,
        JsonObject parameters,
        int maxPages,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pager = new Pager(AwsCatalog.FindOperation(_catalog.Model(service), operation).PageKeys);
        for (var page = 1; page <= maxPages; page++)
        {
            var result = await ReadWholeAsync(target, service, operation, parameters, cancellationToken);
            var next = pager.Next(parameters, result.Output);
            yield return Shown(service, operation, result) with { Next = next };
            if (next is null)
            {
                yield break;
            }

            parameters = next.In(parameters);
        }
    }

    public async Task<AwsResult> CallAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var result = await CheckAndSendAsync(target, service, operation, parameters, retries: 0, timeout, cancellationToken);
        var known = _catalog.Operation(service, operation);
        PartialFailures.Demand(known.Service, known.Name, result);
        return result;
    }

    public async Task<AwsWaitLook> LookAsync(
        AwsTarget target, string service, string waiter, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var found = AwsCatalog.FindWaiter(_catalog.Model(service), waiter);
        try
        {
            var result = await CheckAndSendAsync(target, service, found.Operation, parameters, retries: 0, timeout, cancellationToken);
            return WaiterLook.AtAnswer(found, result.Output);
        }
        catch (AwsCallException e) when (e.Failure == AwsFailure.Refused)
        {
            return WaiterLook.AtRefusal(found, e);
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }

        foreach (var target in _targets.Values)
        {
            target.Dispose();
        }

        _sessions.Dispose();
        _credentials.Dispose();
        _readTransport.Dispose();
        _changeTransport.Dispose();
    }

    /// <summary>With its sensitive members: what this returns goes through <see cref="Shown"/> before anybody sees it.</summary>
    private Task<AwsResult> ReadWholeAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        RefuseUnlessHarmless(_catalog.Operation(service, operation), parameters);
        return CheckAndSendAsync(target with { Session = null }, service, operation, parameters, ReadRetries, _options.ReadTimeout, cancellationToken);
    }

    private AwsResult Shown(string service, string operation, AwsResult result) =>
        result with { Output = _catalog.Redact(_catalog.Operation(service, operation), result.Output) };

    private static void RefuseUnlessHarmless(AwsOperation operation, JsonObject parameters)
    {
        var name = $"{operation.Service} {operation.Name}";
        if (!operation.IsRead)
        {
            var message = $"{name} is no read ({operation.Access}): it needs a plan.";
            throw new AwsInputException("not_a_read", message, [new("$", message)]);
        }

        if (operation.IsSensitiveWith(parameters))
        {
            var path = operation.SensitiveWhen is { } when ? $"$.{when.Path}" : "$";
            var message = $"{name} {operation.SensitiveBecause}"
                + (operation.SensitiveWhen is { } condition ? $" when {condition.Path} is {condition.Value}." : ".");
            throw new AwsInputException("sensitive_read", message, [new(path, message)]);
        }
    }

    private async Task<AwsResult> CheckAndSendAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, int retries, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var known = _catalog.Operation(service, operation);
        _catalog.Region(target.Region);
        if (_catalog.Validate(known, parameters) is { Count: > 0 } problems)
        {
            var list = string.Join(" ", problems.Select(problem => $"{problem.Path}: {problem.Message}"));
            throw new AwsInputException("invalid_parameters", $"{known.Service} {known.Name}: {list}", problems);
        }

        var model = _catalog.Model(service);
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        AWSCredentials? credentials = null;
        try
        {
            credentials = await CredentialsAsync(target, either.Token);
            return await SendAsync(credentials, model, AwsCatalog.FindOperation(model, operation), target.Region, parameters, retries, either.Token);
        }
        catch (AwsCallException e) when (e.Class == AwsErrorClass.Credentials && credentials is RoleKeys keys)
        {
            keys.Drop();
            throw;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw credentials is null
                ? CallFailures.NotSent("Timeout", $"There were no credentials within {timeout.TotalSeconds:0.#} s.", e)
                : CallFailures.TimedOut(timeout, e);
        }
    }

    private async Task<AwsResult> SendAsync(
        AWSCredentials credentials,
        ServiceModel model,
        OperationModel operation,
        string region,
        JsonObject parameters,
        int retries,
        CancellationToken cancellationToken)
    {
        try
        {
            var answer = await SendToRegionAsync(credentials, model, operation, region, parameters, retries, cancellationToken);
            return new AwsResult(answer.Output, answer.ResponseMetadata.RequestId, answer.Attempts);
        }
        catch (ServiceErrorException e)
        {
            throw CallFailures.Translate(e, OptInRegions.Hint(_catalog.Index.FindPartition(region), region, e.ErrorCode));
        }
        catch (ConnectionException e)
        {
            throw CallFailures.Translate(e);
        }
        catch (IOException e)
        {
            throw CallFailures.Lost(e);
        }
        catch (AnswerTooLongException e)
        {
            throw CallFailures.TooLong(e);
        }
        catch (UnreadableAnswerException e)
        {
            throw CallFailures.Unreadable(e);
        }
        catch (AmazonClientException e)
        {
            throw CallFailures.NotSent("NoEndpoint", e.Message, e);
        }
    }

    /// <summary>A bucket that stands in another Region is followed there once, and found there from then on.</summary>
    private async Task<ServiceAnswer> SendToRegionAsync(
        AWSCredentials credentials,
        ServiceModel model,
        OperationModel operation,
        string region,
        JsonObject parameters,
        int retries,
        CancellationToken cancellationToken)
    {
        // Where a bucket of that name once stood does not bind where a new one is made.
        var bucket = model.Name == "s3" && operation.Name != "CreateBucket" ? parameters["Bucket"]?.ToString() : null;
        var at = _buckets.Find(bucket) ?? region;
        try
        {
            return await Client(new(model.Name, at, retries, credentials), model).SendAsync(operation, parameters, cancellationToken);
        }
        catch (ServiceErrorException e) when (bucket is not null && e.BucketRegion is { } there && IsOther(there, at))
        {
            _buckets.Remember(bucket, there);
            return await Client(new(model.Name, there, retries, credentials), model).SendAsync(operation, parameters, cancellationToken);
        }
    }

    private bool IsOther(string region, string than) =>
        region != than && _catalog.Index.FindPartition(region) is { } partition && partition == _catalog.Index.FindPartition(than);

    private ServiceClient Client(ClientKey key, ServiceModel model) => _clients.GetOrAdd(key, _ => new(() => new ServiceClient(
        new ServiceConfig(model, _catalog.Index, _options, key.Region, key.Retries == 0 ? _changeTransport : _readTransport, key.Retries),
        key.Credentials))).Value;

    private readonly record struct ClientKey(string Service, string Region, int Retries, AWSCredentials Credentials);
}
