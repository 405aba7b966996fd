using System.Net;
using Microsoft.AspNetCore.Http.Features;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Http;

/// <summary>What ASP.NET Core sees of one invocation.</summary>
internal sealed class HttpInvocation : IHttpRequestFeature, IHttpResponseFeature, IHttpConnectionFeature, IHttpRequestIdentifierFeature,
    IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature
{
    private readonly HttpEvent _event;
    private readonly CancellationTokenSource _aborted;
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();

    /// <param name="isStreamed">The gateway takes an answer as it comes.</param>
    public HttpInvocation(HttpEvent @event, Invocation invocation, InvocationResponse response, bool isStreamed, CancellationToken deadline)
    {
        _event = @event;
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        (RequestAborted, TraceIdentifier, ConnectionId) = (_aborted.Token, invocation.RequestId, @event.RequestId ?? invocation.RequestId);
        (Method, PathBase, Path, QueryString, RawTarget, Protocol) = (@event.Method, @event.PathBase, @event.Path, @event.QueryString, @event.RawTarget, @event.Protocol);
        Body = @event.Body.Length == 0 ? Stream.Null : new MemoryStream(@event.Body, writable: false);
        Answer = new(response, StartAsync, isStreamed ? () => AnswerEnvelope.Prelude(@event.IsVersion1, StatusCode, Headers) : null);
        AnswerBody = new(Answer);
        Features.Set<IHttpRequestFeature>(this);
        Features.Set<IHttpResponseFeature>(this);
        Features.Set<IHttpResponseBodyFeature>(AnswerBody);
        Features.Set<IHttpConnectionFeature>(this);
        Features.Set<IHttpRequestIdentifierFeature>(this);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
    }

    public FeatureCollection Features { get; } = new();

    public AnswerStream Answer { get; }

    public StreamResponseBodyFeature AnswerBody { get; }

    public string Protocol { get; set; }

    public string Scheme { get; set; } = "https";

    public string Method { get; set; }

    public string PathBase { get; set; }

    public string Path { get; set; }

    public string QueryString { get; set; }

    public string RawTarget { get; set; }

    IHeaderDictionary IHttpRequestFeature.Headers { get => _event.Headers; set => throw new NotSupportedException(); }

    public Stream Body { get; set; }

    public bool CanHaveBody => _event.Body.Length > 0;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    [Obsolete("Use IHttpResponseBodyFeature.")]
    Stream IHttpResponseFeature.Body { get => Answer; set => throw new NotSupportedException(); }

    public bool HasStarted { get; private set; }

    public string ConnectionId { get; set; }

    public IPAddress? RemoteIpAddress { get => field ??= _event.SourceIp; set; }

    public IPAddress? LocalIpAddress { get; set; }

    public int RemotePort { get; set; }

    public int LocalPort { get; set; } = 443;

    public string TraceIdentifier { get; set; }

    public CancellationToken RequestAborted { get; set; }

    public void Abort() => _aborted.Cancel();

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public async Task StartAsync()
    {
        while (!HasStarted && _starting.TryPop(out var last))
        {
            await last.Callback(last.State);
        }

        HasStarted = true;
    }

    /// <summary>Before the invocation counts as over: afterwards nothing runs.</summary>
    public async Task CompleteAsync()
    {
        while (_completed.TryPop(out var last))
        {
            await last.Callback(last.State);
        }

        _aborted.Dispose();
    }
}
