	.text
keep_often.12:                          # tools/order.txt says that it runs often
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	consume
	retq
keep_label:                             # a jump leads into the middle
	testl	%edi, %edi
	je	.Lmiddle
	movq	%rbx, %rdi
	movl	$7, %esi
.Lmiddle:
	callq	consume
	retq
keep_flags:                             # the jumps leave the function, not one that it has called
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
	movl	$7, %esi
	cmpq	%rbx, %rdi
	jne	.Lflags
	callq	consume
.Lflags:
	retq
keep_stack:                             # the stack's own address would be another
	movq	%rsp, %rdi
	callq	consume
	subq	$24, %rsp
	callq	consume
	addq	$24, %rsp
	callq	consume
	pushq	%rbx
	callq	consume
	popq	%rbx
	retq
keep_stack_again:
	movq	%rsp, %rdi
	callq	consume
	subq	$24, %rsp
	callq	consume
	addq	$24, %rsp
	callq	consume
	pushq	%rbx
	callq	consume
	popq	%rbx
	retq
keep_stack_too:
	movq	%rsp, %rdi
	callq	consume
	subq	$24, %rsp
	callq	consume
	addq	$24, %rsp
	callq	consume
	pushq	%rbx
	callq	consume
	popq	%rbx
	retq
keep_argument:                          # what is on the stack is for the function that is called
	movl	$11, %esi
	leaq	24(%rbx), %rdx
	pushq	$keep_pointer
	callq	consume
	popq	%rcx
	movl	$11, %esi
	leaq	24(%rbx), %rdx
	pushq	$keep_pointer
	callq	consume
	popq	%rcx
	movl	$11, %esi
	leaq	24(%rbx), %rdx
	pushq	$keep_pointer
	callq	consume
	popq	%rcx
	movl	$11, %esi
	leaq	24(%rbx), %rdx
	pushq	$keep_pointer
	callq	consume
	popq	%rcx
	retq
keep_pointer:                           # where it leads is on the stack
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	*%rax
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	*16(%rsp)
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	*16(%rsp)
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	*16(%rsp)
	retq
keep_alone:                             # nothing is like it
	movabsq	$81985529216486895, %rdi
	callq	consume
	retq
change_one:
	incl	%ecx
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	consume
	retq
change_two:
	decl	%ecx
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	consume
	retq
change_three:
	notl	%ecx
	movq	%rbx, %rdi
	movl	$7, %esi
	leaq	24(%rsp), %rdx
	callq	consume
	retq
