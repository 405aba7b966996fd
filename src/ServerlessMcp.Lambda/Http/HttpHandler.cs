using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Net.Http.Headers;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Http;

/// <summary>An HTTP event through ASP.NET Core and back.</summary>
internal sealed partial class HttpHandler<TContext>(IHttpApplication<TContext> application, bool isStreamed, ILogger log) : IInvocationHandler
    where TContext : notnull
{
    public async Task HandleAsync(Invocation invocation, InvocationResponse response, CancellationToken deadline)
    {
        HttpEvent request;
        try
        {
            request = HttpEventReader.Read(invocation.Event);
        }
        catch (EventShapeException wrong)
        {
            NotHttp(wrong.Message);
            await SendAsync(response, AnswerError.NotHttp(wrong.Message), new HttpEvent(IsVersion1: false, ""));
            return;
        }

        if (request.Headers.TraceParent.Count == 0 && TraceContext.ToTraceParent(invocation.TraceId) is { } parent)
        {
            request.Headers.TraceParent = parent;
        }

        var http = new HttpInvocation(request, invocation, response, isStreamed, deadline);
        var context = application.CreateContext(http.Features);
        Exception? failure = null;
        try
        {
            failure = await ProcessAsync(context, http);
            await AnswerAsync(http, request, response, failure, deadline);
        }
        finally
        {
            application.DisposeContext(context, failure);
            await http.CompleteAsync();
        }
    }

    private async Task<Exception?> ProcessAsync(TContext context, HttpInvocation http)
    {
        try
        {
            await application.ProcessRequestAsync(context);
            await http.AnswerBody.CompleteAsync();
            return null;
        }
        catch (Exception failure) when (failure is not RuntimeApiException)
        {
            // The host's edge: the client is told, the log has it.
            Failed(failure);
            return failure;
        }
    }

    private async Task AnswerAsync(HttpInvocation http, HttpEvent request, InvocationResponse response, Exception? failure, CancellationToken deadline)
    {
        if (response.HasStarted)
        {
            await response.EndStreamAsync(failure is null ? null : InvocationFailure.Of(failure));
        }
        else if (failure is not null)
        {
            await SendAsync(response, deadline.IsCancellationRequested ? AnswerError.OutOfTime : AnswerError.Failed, request);
        }
        else
        {
            await SendAsync(http, request, response);
        }
    }

    private async Task SendAsync(HttpInvocation http, HttpEvent request, InvocationResponse response)
    {
        var envelope = http.Answer.IsTooLarge ? default : AnswerEnvelope.Buffered(request.IsVersion1, http.StatusCode, http.Headers, http.Answer.Kept);
        if (http.Answer.IsTooLarge || envelope.Length > HttpLimits.Buffered)
        {
            TooLarge(envelope.Length);
            await SendAsync(response, AnswerError.TooLarge, request);
            return;
        }

        try
        {
            await response.SendAsync(envelope);
        }
        catch (PayloadTooLargeException)
        {
            TooLarge(envelope.Length);
            await SendAsync(response, AnswerError.TooLarge, request);
        }
    }

    private async Task SendAsync(InvocationResponse response, AnswerError error, HttpEvent request)
    {
        var headers = new HeaderDictionary { [HeaderNames.ContentType] = "application/json" };
        var body = error.ToJson(request.Body);
        if (isStreamed)
        {
            await response.StreamAsync(AnswerEnvelope.Prelude(request.IsVersion1, error.Status, headers), CancellationToken.None);
            await response.StreamAsync(body, CancellationToken.None);
            await response.EndStreamAsync(failure: null);
        }
        else
        {
            await response.SendAsync(AnswerEnvelope.Buffered(request.IsVersion1, error.Status, headers, body));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event was refused: {Why}")]
    private partial void NotHttp(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The request failed.")]
    private partial void Failed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer was too large for Lambda ({Bytes} bytes; 0: more than were kept).")]
    private partial void TooLarge(int bytes);
}
